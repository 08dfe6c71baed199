import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Extent, Measured } from '../measured.ts'
import { clients, type Variants, variantsOf } from '../variants/clients.ts'
import { withApiServer } from '../variants/with-api-server.ts'

const script = fileURLToPath(new URL('../variants/counted.ts', import.meta.url))
// Node's compile cache. Without it Node would spend most of its time under callgrind on removing types.
const cache = fileURLToPath(new URL('../node_modules/.cache/compiled/', import.meta.url))

const run = promisify(execFile)

// Nearly all code is compiled by then.
const warmUp = 2_000
const requestsCounted = 1_000

/**
 * Machine instructions a call, by callgrind: the difference between two processes, one of which makes more calls, divided
 * by the number of those calls. Other load on the machine does not change it; compiling and garbage collection do.
 */
export async function instructions({ quick }: Extent): Promise<Measured> {
  const hits: string[][] = []
  const counts = { core: 40_000, 'msal-node': 500, '@azure/identity': 300 }
  let core = 0
  for (const [name, count] of Object.entries(counts)) {
    if (quick && name === '@azure/identity') continue
    const each = await perCall(name, count, count)
    core ||= each
    hits.push([name, shown(each), `${Math.floor(each / core).toLocaleString('en')}×`])
  }
  const requests: string[][] = []
  if (!quick) {
    await withApiServer(async origin => {
      for (const client of clients) {
        process.stderr.write(`${client} … `)
        const { byHand } = await variantsOf(client, origin)
        const each = (variant: keyof Variants) =>
          perCall(`${client}/${variant}`, warmUp, requestsCounted, origin)
        const bare = await each('bare')
        const added = byHand ? shown((await each('byHand')) - bare) : 'none written'
        requests.push([client, shown(bare), added, shown((await each('adapter')) - bare)])
      }
    })
  }
  return {
    findings: [],
    tables: [
      {
        title: 'Instructions of one hit, 1 token held',
        head: ['', 'instructions', 'to core'],
        rows: hits,
      },
      ...(quick
        ? []
        : [
            {
              title: `Instructions of one request, calls ${warmUp + 1} to ${warmUp + requestsCounted}`,
              head: ['client', 'bare', 'added by the hook', 'added by the adapter'],
              rows: requests,
            },
          ]),
    ],
  }
}

async function perCall(what: string, before: number, count: number, origin = ''): Promise<number> {
  const warm = await total(what, before, origin)
  return ((await total(what, before + count, origin)) - warm) / count
}

async function total(what: string, count: number, origin: string): Promise<number> {
  // With a young generation of fixed size, all of these processes collect garbage equally often.
  const young = ['--min-semi-space-size=16', '--max-semi-space-size=16']
  const node = ['--predictable', '--single-threaded', '--no-warnings', ...young, script]
  const options = { maxBuffer: 1e8, env: { ...process.env, NODE_COMPILE_CACHE: cache } }
  await run(process.execPath, [...node, what, '1', origin], options) // fills the cache
  const callgrind = ['--tool=callgrind', '--callgrind-out-file=/dev/null', process.execPath]
  const { stderr } = await run(
    'valgrind',
    [...callgrind, ...node, what, String(count), origin],
    options,
  )
  const collected = /Collected : (\d+)/.exec(stderr)?.[1]
  if (!collected) throw new Error(`callgrind counted nothing:\n${stderr}`)
  return Number(collected)
}

function shown(count: number): string {
  return Math.ceil(count).toLocaleString('en')
}
