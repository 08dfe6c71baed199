import { cloudPartnerAuth, tokenEndpoint } from '@cloud-partner-auth/core'
import type { Finding } from '../../finding.ts'
import { interleaved } from '../interleaved.ts'
import type { Extent, Measured } from '../measured.ts'
import { azureIdentity, msalApplication } from '../peers/peers.ts'
import { clientId, secret, tenantId, type Wire, wire } from '../peers/wire.ts'

/** The time to get a cached token, by the number of tokens held. All of them are awaited. */
export async function hotPath({ quick }: Extent): Promise<Measured> {
  const rows: string[][] = []
  const findings: Finding[] = []
  const chart: Record<string, (number | null)[]> = {
    core: [],
    'msal-node': [],
    '@azure/identity': [],
  }
  const counts = [1, 100, 1_000, 10_000]
  for (const count of counts) {
    const one = await ourSources(count)
    const msal = await msalTokens(count)
    // Only acquisitions can fill it, and each of them searches the whole cache: 10,000 would take minutes.
    const identity = count <= (quick ? 100 : 1_000) ? await identityTokens(count) : undefined
    let at = 0
    const samples = quick ? 15 : 60
    const timings = await interleaved(
      {
        core: () => one[0]?.get(),
        'core, one after the other': () => one[at++ % count]?.get(),
        'msal-node': () => msal(),
        '@azure/identity': () => identity?.(),
      },
      {
        rounds: samples,
        batch: name => (name.startsWith('core') ? 20_000 : Math.max(1, Math.floor(400 / count))),
      },
    )
    const { core, 'msal-node': theirs } = timings
    const cycling = timings['core, one after the other']
    const azure = identity ? timings['@azure/identity'].p50 : null
    chart['core']?.push(cycling.p50)
    chart['msal-node']?.push(theirs.p50)
    chart['@azure/identity']?.push(azure)
    rows.push([
      count.toLocaleString('en'),
      nanoseconds(core.p50),
      nanoseconds(cycling.p50),
      nanoseconds(theirs.p50),
      nanoseconds(theirs.best),
      azure === null ? 'not filled' : nanoseconds(azure),
      `${Math.floor(theirs.p50 / core.p50).toLocaleString('en')}×`,
      `${Math.floor(theirs.best / core.p50).toLocaleString('en')}×`,
    ])
    const target = count === 1 ? 100 : 10_000
    if (count === 1 || count === 10_000) {
      const ratio = Math.floor(theirs.p50 / core.p50)
      findings.push({
        promise: `A cached token, ${count.toLocaleString('en')} held: at least ${target.toLocaleString('en')} times faster than msal-node`,
        figure: `${ratio.toLocaleString('en')} times`,
        held: ratio >= target,
        ...(ratio < target && {
          because: 'Not looked into.',
        }),
      })
    }
    if (count === 10_000) {
      const ratio = Math.ceil((cycling.p50 / core.p50) * 10) / 10
      findings.push({
        promise: 'Cycling through 10,000 sources costs at most 4 times one source',
        figure: `${ratio} times`,
        held: ratio <= 4,
        ...(ratio > 4 && {
          because:
            'The processor’s caches do not hold so many sources; what else the machine does takes its part of them.',
        }),
      })
    }
  }
  return {
    findings,
    tables: [
      {
        title: 'A cached token, awaited, middle of all samples',
        head: [
          'tokens',
          'core',
          'core, cycling',
          'msal-node',
          'its best',
          '@azure/identity',
          'ratio',
          'to its best',
        ],
        rows,
      },
    ],
    charts: [
      {
        name: 'hot-path',
        title: 'One cached token, by how many are held',
        unit: 'ns',
        categories: counts.map(count => count.toLocaleString('en')),
        series: chart,
        logarithmic: true,
      },
    ],
  }
}

async function ourSources(count: number) {
  const { fetch } = wire()
  const credential = tokenEndpoint({ tenantId, clientId, secret, fetch })
  const origins = Array.from({ length: count }, (_, index) => `https://api-${index}.example`)
  const apis = origins.map(origin => ({ name: origin, origins: [origin], audience: origin }))
  const auth = cloudPartnerAuth({ credential, apis })
  const sources = origins.flatMap(origin => auth.covering(`${origin}/`)?.source ?? [])
  for (const source of sources) await source.get()
  return sources
}

/** One application, as its documentation recommends. Its cache holds copies of one entry that it made itself. */
async function msalTokens(count: number): Promise<() => Promise<unknown>> {
  const application = msalApplication(wire())
  const request = { scopes: ['https://api-0.example/.default'] }
  await application.acquireTokenByClientCredential(request)
  const cache = application.getTokenCache()
  const saved = JSON.parse(cache.serialize())
  const [[key, entry]] = Object.entries<{ target: string }>(saved.AccessToken) as [
    [string, { target: string }],
  ]
  for (let index = 1; index < count; index++) {
    const target = `https://api-${index}.example/.default`
    saved.AccessToken[key.replace(entry.target, target)] = { ...entry, target }
  }
  cache.deserialize(JSON.stringify(saved))
  return async () => {
    const result = await application.acquireTokenByClientCredential(request)
    if (!result?.fromCache) throw new Error('not a hit')
  }
}

async function identityTokens(count: number): Promise<() => Promise<unknown>> {
  const counted: Wire = wire()
  const peer = azureIdentity(counted)
  for (let index = 0; index < count; index++)
    await peer.get(`https://api-${index}.example/.default`)
  return async () => {
    await peer.get('https://api-0.example/.default')
    if (counted.count !== count) throw new Error('not a hit')
  }
}

function nanoseconds(time: number): string {
  return time < 10_000 ? `${Math.ceil(time)} ns` : `${(time / 1_000).toFixed(1)} µs`
}
