import { gzipSync } from 'node:zlib'
import { type OutputChunk, rolldown } from 'rolldown'
import { adapters } from '../../../tools/packages.ts'
import type { Finding } from '../../finding.ts'
import { pluginExport } from '../../plugged.ts'
import type { Measured } from '../measured.ts'

/** The most that each may weigh at once, min+gzip, in bytes: continuous integration fails above it. */
const budgets: Readonly<Record<string, number>> = {
  axios: 5_500,
  fetch: 5_000,
  got: 6_000,
  ky: 5_300,
  undici: 6_500,
}
const budgetOfOthers = 6_000
const promised = 5_000

/** An adapter with core and `tokenEndpoint()`, bundled and minified; the client itself is not counted. */
export async function bundleSize(): Promise<Measured> {
  const findings: Finding[] = []
  const first: string[][] = []
  const later = new Map<string, number>()
  for (const { name: adapter, manifest } of adapters) {
    const budget = budgets[adapter] ?? budgetOfOthers
    const chunks = await bundled(
      application(manifest.name, await pluginExport(adapter)),
      Object.keys(manifest.peerDependencies ?? {}),
    )
    const atOnce = loadedWith(chunks, ({ isEntry }) => isEntry)
    const size = total(atOnce)
    first.push([adapter, kilobytes(size), kilobytes(budget)])
    for (const chunk of chunks) if (!atOnce.includes(chunk)) later.set(nameOf(chunk), weight(chunk))
    if (adapter === 'fetch') {
      const held = size <= promised
      const withToken = loadedWith(chunks, chunk => nameOf(chunk) === 'first-token')
      const more = total(withToken.filter(chunk => !atOnce.includes(chunk)))
      findings.push({
        promise: 'tokenEndpoint() with core and fetch: under 5 kB min+gzip',
        figure: `${kilobytes(size)} at once, ${kilobytes(more)} more with the first token`,
        held,
        ...(!held && { because: 'It has grown.' }),
      })
    }
    const within = size <= budget
    findings.push({
      promise: `Bundle of ${adapter} with core: within its budget`,
      figure: kilobytes(size),
      held: within,
      ...(!within && { because: 'It has grown.' }),
    })
  }
  return {
    findings,
    tables: [
      { title: 'Bundled with core, min+gzip', head: ['adapter', 'size', 'budget'], rows: first },
      {
        title: 'Loaded on first use only, min+gzip',
        head: ['what', 'size'],
        rows: [...later].map(([what, size]) => [what, kilobytes(size)]),
      },
    ],
  }
}

/** A chunk and all that is loaded with it. */
function loadedWith(
  chunks: readonly OutputChunk[],
  isMeant: (chunk: OutputChunk) => boolean,
): OutputChunk[] {
  const names = new Set(chunks.filter(isMeant).map(({ fileName }) => fileName))
  for (const name of names) {
    const chunk = chunks.find(({ fileName }) => fileName === name)
    for (const imported of chunk?.imports ?? []) names.add(imported) // a Set goes on to what is added meanwhile
  }
  return chunks.filter(({ fileName }) => names.has(fileName))
}

function application(adapter: string, plugin: string): string {
  return `import { cloudPartnerAuth, ${plugin}, tokenEndpoint } from '${adapter}'
globalThis.use = ${plugin}(cloudPartnerAuth({ credential: tokenEndpoint(globalThis.options) }))`
}

async function bundled(code: string, clients: readonly string[]): Promise<OutputChunk[]> {
  const entry = new URL('../entry.mjs', import.meta.url).pathname
  const bundle = await rolldown({
    input: entry,
    external: [/^node:/, /^@azure\//, ...clients],
    platform: 'neutral',
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId: id => (id === entry ? id : null),
        load: id => (id === entry ? code : null),
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  return output.filter(file => file.type === 'chunk')
}

function total(chunks: readonly OutputChunk[]): number {
  return chunks.reduce((sum, chunk) => sum + weight(chunk), 0)
}

function weight({ code }: OutputChunk): number {
  return gzipSync(code, { level: 9 }).length
}

function nameOf({ name }: OutputChunk): string {
  return name.replace(/-[\w-]{8}$/, '')
}

/** Rounded up. */
function kilobytes(bytes: number): string {
  return `${(Math.ceil(bytes / 10) / 100).toFixed(2)} kB`
}
