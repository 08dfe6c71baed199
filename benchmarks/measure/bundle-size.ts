import { gzipSync } from 'node:zlib'
import { type OutputChunk, rolldown } from 'rolldown'
import type { Finding, Measured } from '../finding.ts'

/** The most that each may weigh, min+gzip, in bytes: continuous integration fails above it. */
const budgets: Readonly<Record<string, number>> = {
  axios: 10_300,
  fetch: 9_800,
  got: 11_300,
  ky: 10_900,
}
const promised = 5_000

const lines: Readonly<Record<string, string>> = {
  axios:
    "import { cloudPartnerAuth, cloudPartnerInterceptor, tokenEndpoint } from '@cloud-partner-auth/axios'\nglobalThis.use = cloudPartnerInterceptor",
  fetch:
    "import { cloudPartnerAuth, cloudPartnerFetch, tokenEndpoint } from '@cloud-partner-auth/fetch'\nglobalThis.use = cloudPartnerFetch",
  got: "import { cloudPartnerAuth, cloudPartnerHooks, tokenEndpoint } from '@cloud-partner-auth/got'\nglobalThis.use = cloudPartnerHooks",
  ky: "import { cloudPartnerAuth, cloudPartnerHooks, tokenEndpoint } from '@cloud-partner-auth/ky'\nglobalThis.use = cloudPartnerHooks",
}

/** An adapter with core and `tokenEndpoint()`, bundled and minified; the client itself is not counted. */
export async function bundleSize(): Promise<Measured> {
  const findings: Finding[] = []
  const first: string[][] = []
  const later = new Map<string, number>()
  for (const [adapter, line] of Object.entries(lines)) {
    const chunks = await bundled(
      `${line}(cloudPartnerAuth({ credential: tokenEndpoint(globalThis.options) }))`,
    )
    const atOnce = importedBy(chunks)
    const size = atOnce.reduce((sum, chunk) => sum + weight(chunk), 0)
    first.push([adapter, kilobytes(size), kilobytes(budgets[adapter] ?? 0)])
    for (const chunk of chunks) if (!atOnce.includes(chunk)) later.set(nameOf(chunk), weight(chunk))
    if (adapter === 'fetch') {
      const held = size <= promised
      findings.push({
        promise: 'tokenEndpoint() with core and fetch: under 5 kB min+gzip',
        figure: kilobytes(size),
        held,
        ...(!held && {
          because:
            'Options are checked when a credential is made, so all TypeErrors are there at once, and so is what keeps a token current in bad hours.',
        }),
      })
    }
    const within = size <= (budgets[adapter] ?? 0)
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

/** The entry and all that is loaded with it. */
function importedBy(chunks: readonly OutputChunk[]): OutputChunk[] {
  const names = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName))
  for (const name of names) {
    const chunk = chunks.find(({ fileName }) => fileName === name)
    for (const imported of chunk?.imports ?? []) names.add(imported) // a Set goes on to what is added meanwhile
  }
  return chunks.filter(({ fileName }) => names.has(fileName))
}

async function bundled(code: string): Promise<OutputChunk[]> {
  const entry = new URL('../entry.mjs', import.meta.url).pathname
  const bundle = await rolldown({
    input: entry,
    external: [/^node:/, /^@azure\//, 'axios', 'got', 'ky'],
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
