import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { type Cell, type Column, cell, type Ending, transports } from './endings/cell.ts'
import { type End, ends } from './endings/ends.ts'
import { gotMajors } from './got-majors.ts'
import { shownTokens } from './no-token.ts'

/** For each end a mark for each major, transport by transport. */
const rows: [string, string[]][] = []
const reasons = new Set<string>()

describe('no token shows, nor is there one to send again, after', () => {
  it.each(ends)('$title', async end => {
    const found: string[] = []
    const marks = await Promise.all(
      transports.map(async transport => {
        let marks = ''
        for (const { major, got } of gotMajors) {
          const column = { major, got, transport }
          const why = end.lacking?.(column)
          if (why) reasons.add(why)
          const faults = why ? [] : await faultsOf(end, column)
          for (const fault of faults) found.push(`got ${major}, ${transport.name}: ${fault}`)
          marks += (why ? '·' : faults.length > 0 ? '✗' : '✓').padEnd(3)
        }
        return marks
      }),
    )
    rows.push([end.title, marks])
    expect(found).toEqual([])
  })

  afterAll(() => {
    const names = transports.map(({ name }) => name.padEnd(3 * gotMajors.length))
    const majors = transports.map(() => gotMajors.map(({ major }) => `${major} `).join(''))
    const width = Math.max(...rows.map(([title]) => title.length))
    const lines = [['', names] as const, ['', majors] as const, ...rows].map(
      ([title, marks]) => `${title.padEnd(width)}  ${marks.join(' ')}`,
    )
    console.log([...lines, `· not there: ${[...reasons].join('; ')}`].join('\n'))
  })
})

/** Ends a request in a column, and says what is wrong with that and with what it leaves. */
async function faultsOf(end: End, column: Column): Promise<string[]> {
  const faults: string[] = []
  let ending: Ending
  {
    await using one = await cell(column, end)
    ending = await Promise.race([endOf(end, one), delay(20_000, unended, { ref: false })])
    const { name, stack } = ending.error ?? { name: '', stack: 'without an error' }
    const names = end.error?.(column) ?? []
    if (!(names.length > 0 ? names : ['']).includes(name))
      faults.push(`it ended ${stack}, and not with ${names.join(' or ') || 'none'}`)
    faults.push(...shownIn(ending))
    await nextTurn() // got's options are lent for no longer
    faults.push(...leftIn(end, ending, one))
    for (const text of one.elsewhere.authorizations)
      if (text !== undefined) faults.push(`another origin got ${text}`)
  }
  return [...faults, ...shownIn(ending)]
}

async function endOf(end: End, one: Cell): Promise<Ending> {
  await end.run(one)
  return one.ended()
}

const unended: Ending = { error: new Error('the request did not end') }

function shownIn({ error, response, stream }: Ending): string[] {
  const { options, request, response: answer } = error ?? {}
  const parts = [error, options, request, answer, response, response?.request, stream]
  return [...new Set(parts)].flatMap(part => (part ? shownTokens(part) : []))
}

/** What may be sent again has to be the caller's. */
function leftIn(end: End, { error, response, stream }: Ending, { given, column }: Cell): string[] {
  const requests = [error?.request, error?.response?.request, response?.request, stream]
  const all = [error?.options, ...requests.map(request => request?.options)]
  return [...new Set(all)].flatMap(options => {
    if (!options) return []
    const { headers, request, cache, retry } = options
    const own = given()
    // Got 11 itself gives a request that a hook sends again a delay of its own, and has none while a function is at work.
    const by11 = column.major === 11 && /^a token|function is at work/.test(end.title)
    return Object.entries({
      headers: Object.keys(headers).some(name => /^authorization$/i.test(name)),
      request: request !== own.request && !by11,
      cache: cache !== own.cache,
      retry: retry.calculateDelay !== own.retry?.calculateDelay && !by11,
      getRequestFunction: Object.hasOwn(options, 'getRequestFunction'),
    }).flatMap(([name, left]) => (left ? [`options.${name} is not the caller's`] : []))
  })
}
