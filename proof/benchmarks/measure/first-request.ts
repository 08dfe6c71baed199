import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Extent, Measured } from '../measured.ts'
import { withApiServer } from '../variants/with-api-server.ts'

const script = fileURLToPath(new URL('../variants/first-request.ts', import.meta.url))

/** From a process's first import to the end of its first authorized request, with and without a token in a store. */
export async function firstRequest({ quick }: Extent): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'first-request-'))
  const ways: readonly (readonly [title: string, whose: string, folder: string])[] = [
    ['tokenEndpoint(), a token in an encrypted fileStore()', 'tokenEndpoint()', folder],
    ['tokenEndpoint(), no store', 'tokenEndpoint()', ''],
    ['clientSecret(), a token in an encrypted fileStore()', 'clientSecret()', folder],
    ['clientSecret(), no store', 'clientSecret()', ''],
    ['msal-node and fetch', 'msal-node', ''],
  ]
  const took = new Map<string, number[]>(ways.map(([title]) => [title, []]))
  try {
    await withApiServer(async origin => {
      for (let round = -1; round < (quick ? 7 : 25); round++) {
        for (const [title, whose, folder] of ways) {
          const time = await timeOf(whose, origin, folder)
          if (round >= 0) took.get(title)?.push(time) // the first round only fills the store
        }
      }
    })
  } finally {
    await rm(folder, { recursive: true })
  }
  const rows = [...took].map(([title, times]) => {
    const sorted = times.toSorted((one, other) => one - other)
    return [title, shown(sorted[sorted.length >> 1]), shown(sorted[0])]
  })
  return {
    findings: [],
    tables: [
      {
        title:
          'From a fresh process’s first import to its first answer, token requests taking no time',
        head: ['', 'middle', 'best'],
        rows,
      },
    ],
  }
}

async function timeOf(...args: string[]): Promise<number> {
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { cwd })
  return Number(stdout)
}

function shown(time = Number.NaN): string {
  return `${(Math.ceil(time * 10) / 10).toFixed(1)} ms`
}
