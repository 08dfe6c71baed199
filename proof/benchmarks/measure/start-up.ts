import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { adapters, clientOf } from '../../../tools/packages.ts'
import type { Finding } from '../../finding.ts'
import type { Extent, Measured } from '../measured.ts'

const script = fileURLToPath(new URL('../variants/import-time.ts', import.meta.url))
// The adapter to import, and what its process has imported before: the client, or any package where the client is none.
const imports: Readonly<Record<string, readonly [adapter: string, before: string]>> = {
  ...Object.fromEntries(
    adapters.map(adapter => [adapter.name, [adapter.name, clientOf(adapter) ?? 'ky']]),
  ),
  'fetch, as the first package of a process': ['fetch', ''],
}

/** The time that importing an adapter adds to importing its client, each time in a fresh process. */
export async function startUp({ quick }: Extent): Promise<Measured> {
  const took = new Map<string, number[]>(Object.keys(imports).map(name => [name, []]))
  const peers = new Map<string, number[]>([
    ['@azure/msal-node', []],
    ['@azure/identity', []],
  ])
  let loadedMsal = false
  for (let round = 0; round < (quick ? 7 : 25); round++) {
    for (const [name, [adapter, before]] of Object.entries(imports)) {
      const { took: time } = await imported(before, `@cloud-partner-auth/${adapter}`)
      took.get(name)?.push(time)
    }
    for (const [name, times] of peers) times.push((await imported('', name)).took)
  }
  for (const [adapter, before] of Object.values(imports)) {
    const { msal } = await imported(before, `@cloud-partner-auth/${adapter}`, 'modules')
    loadedMsal ||= msal
  }
  const findings: Finding[] = [...took].map(([name, times]) => {
    const middle = p50(times)
    const held = middle < 10
    return {
      promise: `Importing core and ${name} adds less than 10 ms to importing the client`,
      figure: `${milliseconds(middle)} (best ${milliseconds(Math.min(...times))})`,
      held,
      ...(!held && {
        because: name.includes('first')
          ? 'What Node takes for the first package of any process is counted with it; the row above is without.'
          : 'The middle of the runs counts what else the machine does; the best of them is beside it.',
      }),
    }
  })
  findings.push({
    promise: 'Importing core and an adapter loads no MSAL code',
    figure: loadedMsal ? 'some' : 'none',
    held: !loadedMsal,
  })
  return {
    findings,
    tables: [
      {
        title: 'Import time beyond the client, in a fresh process',
        head: ['', 'middle', 'best'],
        rows: [...took, ...peers].map(([name, times]) => [
          name,
          milliseconds(p50(times)),
          milliseconds(Math.min(...times)),
        ]),
      },
    ],
  }
}

async function imported(...names: string[]) {
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...names], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  })
  return JSON.parse(stdout) as { took: number; msal: boolean } // what the script prints
}

function p50(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[times.length >> 1] ?? 0
}

function milliseconds(time: number): string {
  return `${(Math.ceil(time * 10) / 10).toFixed(1)} ms`
}
