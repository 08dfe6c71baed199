import { gzipSync } from 'node:zlib'
import { type OutputChunk, rolldown } from 'rolldown'
import { adapters, type Package } from '../../../tools/packages.ts'
import type { Finding } from '../../finding.ts'
import { pluggable, plugged } from '../../plugged.ts'
import type { Measured } from '../measured.ts'

/** The most that an adapter with core may weigh at once, min+gzip, in bytes: continuous integration fails above it. */
const budget = 39_000
/** The most that fetch with core may weigh in all, for a runtime on the edge. */
const promisedInAll = 40_000

/** An adapter with core and `tokenEndpoint()`, bundled and minified; the client itself is not counted. */
export async function bundleSize(): Promise<Measured> {
  const findings: Finding[] = []
  const rows: string[][] = []
  for (const adapter of adapters.filter(({ name }) => pluggable.includes(name))) {
    const chunks = await bundled(adapter, 'worker')
    const [atOnce, inAll] = [total(loadedAtOnce(chunks)), total(chunks)]
    rows.push([adapter.name, kilobytes(atOnce), kilobytes(inAll)])
    findings.push({
      promise: `Bundle of ${adapter.name} with core: at most ${kilobytes(budget)} at once`,
      figure: kilobytes(atOnce),
      ...verdict(atOnce <= budget),
    })
    if (adapter.name !== 'fetch') continue
    findings.push({
      promise: `tokenEndpoint() with core and fetch: at most ${kilobytes(promisedInAll)} min+gzip in all`,
      figure: kilobytes(inAll),
      ...verdict(inAll <= promisedInAll),
    })
    for (const condition of ['worker', 'browser'])
      findings.push(await withoutMsal(adapter, condition))
  }
  const head = ['adapter', 'at once', 'in all']
  return { findings, tables: [{ title: 'Bundled with core, min+gzip', head, rows }] }
}

async function withoutMsal(adapter: Package, condition: string): Promise<Finding> {
  const chunks = await bundled(adapter, condition)
  const msal = chunks.flatMap(({ moduleIds }) => moduleIds).filter(id => id.includes('@azure/msal'))
  const loaded = new Set(chunks.map(({ fileName }) => fileName))
  const foreign = chunks
    .flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
    .filter(name => !loaded.has(name))
  return {
    promise: `Bundled for the condition "${condition}": no file of MSAL, and no module of Node`,
    figure: `${msal.length + foreign.length}`,
    ...verdict(msal.length + foreign.length === 0),
  }
}

async function bundled(adapter: Package, condition: string): Promise<OutputChunk[]> {
  const entry = new URL('../entry.mjs', import.meta.url).pathname
  const code = application(adapter.manifest.name, (await plugged(adapter.name)).plugin)
  const bundle = await rolldown({
    input: entry,
    external: Object.keys(adapter.manifest.peerDependencies ?? {}),
    platform: 'neutral',
    resolve: { conditionNames: ['import', condition, 'default'] },
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

function application(adapter: string, plugin: string): string {
  return `import { cloudPartnerAuth, ${plugin}, tokenEndpoint } from '${adapter}'
globalThis.use = ${plugin}(cloudPartnerAuth({ credential: tokenEndpoint(globalThis.options) }))`
}

/** The entry and all that is loaded with it. */
function loadedAtOnce(chunks: readonly OutputChunk[]): OutputChunk[] {
  const names = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName))
  for (const name of names) {
    const chunk = chunks.find(({ fileName }) => fileName === name)
    for (const imported of chunk?.imports ?? []) names.add(imported) // a Set goes on to what is added meanwhile
  }
  return chunks.filter(({ fileName }) => names.has(fileName))
}

function verdict(held: boolean): Pick<Finding, 'held' | 'because'> {
  return held ? { held } : { held, because: 'It has grown.' }
}

function total(chunks: readonly OutputChunk[]): number {
  return chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0)
}

/** Rounded up. */
function kilobytes(bytes: number): string {
  return `${(Math.ceil(bytes / 10) / 100).toFixed(2)} kB`
}
