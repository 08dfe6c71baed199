import { expect } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import { wire } from '../expectations/wire.ts'
import type { Stage } from '../stage/stage.ts'
import type { Sending } from '../subject.ts'

interface Uncovered {
  readonly what: string
  url(stage: Stage): string
}

const urls: readonly Uncovered[] = [
  { what: 'another port', url: ({ foreign }) => `${foreign.origin}/api/offers?a=%20+b` },
  { what: 'another name', url: ({ portal }) => named('localhost', portal.origin) },
  {
    what: 'a user name like the host',
    url: ({ portal, foreign }) =>
      foreign.origin.replace('://', `://${encodeURIComponent(new URL(portal.origin).host)}:x@`),
  },
  {
    what: 'a covered host behind a user name',
    url: ({ portal }) => `${portal.origin.replace('://', '://me:secret@')}/api/offers`,
  },
]

export const uncoveredCases: readonly ContractCase[] = urls.flatMap(({ what, url }) =>
  (
    [
      { method: 'GET' },
      { method: 'POST', json: { some: 'thing' } },
      { method: 'GET', headers: { 'X-Some': 'Header' } },
    ] satisfies Omit<Sending, 'url'>[]
  ).map(
    (request): ContractCase => ({
      title: `sends a request to ${what} as the client alone does (${Object.keys(request).join(' and ')})`,
      async run(stage) {
        const alone = await outcome(stage.bare().send({ ...request, url: url(stage) }))
        const sent = received(stage).length
        expect(await outcome(stage.ours().send({ ...request, url: url(stage) }))).toEqual(alone)
        const all = received(stage)
        expect(all.slice(sent).map(wire)).toEqual(all.slice(0, sent).map(wire))
        expect(all.map(({ headers }) => headers.authorization).join()).not.toContain('Bearer')
        expect(stage.authority.received).toEqual([])
      },
    }),
  ),
)

/** The requests that reached either of the two servers. */
function received({ portal, foreign }: Stage) {
  return foreign.received.length > 0 ? foreign.received : portal.received
}

async function outcome(sent: Promise<{ readonly status: number; readonly text: string }>) {
  try {
    const { status, text } = await sent
    return { status, text }
  } catch (thrown) {
    return { rejected: thrown instanceof Error && thrown.name } // fetch takes no user name in a URL
  }
}

function named(host: string, origin: string): string {
  return `${origin.replace('127.0.0.1', host)}/api/offers`
}
