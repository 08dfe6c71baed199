import { type Loopback, loopback, type Portal, startPortal } from '@cloud-partner-auth/contract'
import { accessToken, cloudPartnerPortal } from '@cloud-partner-auth/core'
import type { Dispatcher } from 'undici'
import { afterAll, describe, expect, it } from 'vitest'
import {
  cloudPartnerFactory,
  cloudPartnerInterceptor,
  isCloudPartnerAuthError,
} from '../src/index.ts'
import { type LoopbackProxy, startProxy } from './proxy.ts'
import { type UndiciMajor, undiciMajors } from './undici-majors.ts'

// Every dispatcher, under every order of interceptors, is sent to the covered server, which redirects some requests to a
// foreign one, and to the foreign server, which redirects some to the covered one.

interface Servers {
  readonly portal: Portal
  readonly foreign: Loopback
  readonly proxy: LoopbackProxy
}

type Undici = UndiciMajor['undici']
type Factory = (origin: string | URL, options?: object) => Dispatcher
type Outcome = 'token' | 'TypeError' | 'proxy_reads_token' | 'no token'

interface Row {
  readonly made: string
  readonly make: (undici: Undici, servers: Servers, factory: Factory) => Dispatcher
  readonly majors?: readonly number[]
  /** What becomes of a request for the covered server. Default: a token in all majors. */
  readonly expected?: (major: number) => Outcome
  /** Whether it reaches the foreign server. Default: true. */
  readonly foreign?: boolean
}

const refused = () => 'TypeError' as const
const readByProxy = () => 'proxy_reads_token' as const
const told = (major: number) => (major === 8 ? 'token' : 'TypeError') // undici 8 tells where a Client or Pool sends to
const modern = [7, 8]

const intercepted: readonly Row[] = [
  { made: 'Agent', make: ({ Agent }) => new Agent() },
  {
    made: 'Agent with as many origins as it may have',
    majors: modern,
    make: ({ Agent }) => new Agent({ maxOrigins: 2 }),
  },
  { made: 'MockAgent', make: ({ MockAgent }) => new MockAgent() },
  {
    made: 'RetryAgent over Agent',
    make: ({ Agent, RetryAgent }) => new RetryAgent(new Agent()),
  },
  {
    made: 'EnvHttpProxyAgent, past the proxy',
    make: ({ EnvHttpProxyAgent }, { proxy }) =>
      new EnvHttpProxyAgent({ httpProxy: proxy.origin, noProxy: '*' }),
  },
  {
    made: 'EnvHttpProxyAgent, perhaps by the proxy',
    make: ({ EnvHttpProxyAgent }, { proxy }) =>
      new EnvHttpProxyAgent({ httpProxy: proxy.origin, noProxy: 'localhost' }),
    expected: readByProxy,
  },
  {
    made: 'EnvHttpProxyAgent, by the proxy',
    make: ({ EnvHttpProxyAgent }, { proxy }) =>
      new EnvHttpProxyAgent({ httpProxy: proxy.origin, noProxy: '' }),
    expected: readByProxy,
  },
  {
    made: 'ProxyAgent',
    make: ({ ProxyAgent }, { proxy }) => new ProxyAgent(proxy.origin),
    expected: readByProxy,
  },
  {
    made: 'ProxyAgent with a tunnel',
    make: ({ ProxyAgent }, { proxy }) => new ProxyAgent({ uri: proxy.origin, proxyTunnel: true }),
    expected: readByProxy,
  },
  {
    made: 'ProxyAgent without a tunnel',
    make: ({ ProxyAgent }, { proxy }) => new ProxyAgent({ uri: proxy.origin, proxyTunnel: false }),
    expected: readByProxy,
  },
  {
    made: 'Socks5ProxyAgent',
    majors: modern,
    make: ({ Socks5ProxyAgent }) => new Socks5ProxyAgent('socks5://127.0.0.1:9'),
    expected: readByProxy,
    foreign: false,
  },
  {
    made: 'Agent whose factory knows one server',
    make: ({ Agent, Pool }, { foreign }) => new Agent({ factory: () => new Pool(foreign.origin) }),
    expected: refused,
  },
  {
    made: 'Agent under an interceptor that knows one server',
    make: ({ Agent }, { foreign: { origin } }) =>
      new Agent().compose(
        dispatch => (options, handler) => dispatch({ ...options, origin }, handler),
      ),
    expected: refused,
  },
  ...ofOneServer('Client', ({ Client }, origin) => new Client(origin)),
  ...ofOneServer('Pool', ({ Pool }, origin) => new Pool(origin)),
  ...ofOneServer('MockPool', ({ MockAgent }, origin) => new MockAgent().get(origin)),
  ...ofOneServer('MockClient', ({ MockAgent }, origin) =>
    new MockAgent({ connections: 1 }).get(origin),
  ),
  ...ofOneServer(
    'RetryAgent over Client',
    ({ Client, RetryAgent }, origin) => new RetryAgent(new Client(origin)),
  ),
  ...ofOneServer('BalancedPool', ({ BalancedPool }, origin) => new BalancedPool(origin), {
    expected: refused,
  }),
  ...ofOneServer(
    'RetryAgent over BalancedPool',
    ({ BalancedPool, RetryAgent }, origin) => new RetryAgent(new BalancedPool(origin)),
    { expected: refused },
  ),
  ...ofOneServer('RoundRobinPool', ({ RoundRobinPool }, origin) => new RoundRobinPool(origin), {
    majors: modern,
  }),
]

const manufactured: readonly Row[] = [
  { made: 'Agent', make: ({ Agent }, _, factory) => new Agent({ factory }) },
  {
    made: 'RetryAgent over Agent',
    make: ({ Agent, RetryAgent }, _, factory) => new RetryAgent(new Agent({ factory })),
  },
  {
    made: 'EnvHttpProxyAgent, past the proxy',
    make: ({ EnvHttpProxyAgent }, { proxy }, factory) =>
      new EnvHttpProxyAgent({ factory, httpProxy: proxy.origin, noProxy: 'localhost 127.0.0.1' }),
  },
  {
    made: 'EnvHttpProxyAgent, by the proxy',
    make: ({ EnvHttpProxyAgent }, { proxy }, factory) =>
      new EnvHttpProxyAgent({ factory, httpProxy: proxy.origin, noProxy: '' }),
    expected: major => (major === 8 ? 'TypeError' : 'proxy_reads_token'), // undici 8 makes no tunnel here
  },
  {
    made: 'ProxyAgent with a tunnel',
    make: ({ ProxyAgent }, { proxy }, factory) =>
      new ProxyAgent({ factory, uri: proxy.origin, proxyTunnel: true }),
    expected: readByProxy,
  },
  {
    made: 'ProxyAgent without a tunnel',
    make: ({ ProxyAgent }, { proxy }, factory) =>
      new ProxyAgent({ factory, uri: proxy.origin, proxyTunnel: false }),
    expected: refused,
  },
  ...ofOneServer('one pool', (_undici, origin, factory) => factory(origin), {
    expected: () => 'token',
  }),
]

/** Two rows: one for a dispatcher of the foreign server, one for a dispatcher of the covered server. */
function ofOneServer(
  made: string,
  make: (undici: Undici, origin: string, factory: Factory) => Dispatcher,
  { expected = told as (major: number) => Outcome, ...row }: Partial<Row> = {},
): readonly Row[] {
  return [
    {
      ...row,
      made: `${made} of the foreign server`,
      make: (undici, { foreign }, factory) => make(undici, foreign.origin, factory),
      expected: refused,
    },
    {
      ...row,
      made: `${made} of the covered server`,
      make: (undici, { portal }, factory) => make(undici, byName(portal), factory),
      expected,
      foreign: false,
    },
  ]
}

type Interceptor = Dispatcher.DispatcherComposeInterceptor

/** Each by its name, as undici lists them; `undefined` where a major does not have it. */
function interceptors({ interceptors }: Undici): Record<string, Interceptor | undefined> {
  const { redirect, dns, retry, dump, cache, decompress, deduplicate, responseError } = interceptors
  return {
    redirect: redirect({ maxRedirections: 3 }),
    dns: dns({ lookup: (_origin, _options, done) => done(null, [{ address: '127.0.0.1', family: 4, ttl: 60_000 }]) }), // biome-ignore format: one line reads better
    retry: retry({ maxRetries: 1 }),
    dump: dump(),
    cache: cache?.(),
    decompress: decompress?.({ skipErrorResponses: false }),
    deduplicate: deduplicate?.(),
    responseError: responseError?.(),
  }
}

/** What is given to `compose()`: the last is called first. */
function lists(others: readonly string[], own: readonly string[]): readonly (readonly string[])[] {
  const around = (other: string) => [
    [other, ...own, 'redirect'],
    [...own, other, 'redirect'],
    [...own, 'redirect', other],
    ['redirect', other, ...own],
    ['redirect', ...own, other],
  ]
  const all = [[...own], [...own, 'redirect'], ['redirect', ...own], ...others.flatMap(around)]
  return [...new Map(all.map(list => [list.join(), list])).values()]
}

/** Of a request for the covered server. */
function expectedThere(list: readonly string[], usual: Outcome): Outcome {
  return list.indexOf('dns') > list.indexOf('ours') ? 'TypeError' : usual
}

/** Of a request for the foreign server, which redirects to the covered one: a token never, whatever the order. */
function expectedBehind(list: readonly string[], usual: Outcome): Outcome {
  const [ours, redirect, dns] = ['ours', 'redirect', 'dns'].map(name => list.indexOf(name)) as [number, number, number] // biome-ignore format: one line reads better
  if (ours > redirect) return 'no token' // all it sees is one request, for a foreign server
  if (dns > ours && dns < redirect) return 'TypeError'
  return usual === 'token' ? 'no token' : usual
}

const head = 'undici | way | dispatcher | requests for the covered server | redirected by it to a foreign one | by the foreign one to it, in so many orders' // biome-ignore format: one line reads better
const table: string[] = []
afterAll(() => console.log(`\n${[head, ...table].join('\n')}`))

describe.each(undiciMajors)('with undici $major', ({ major, undici }) => {
  const found = interceptors(undici)
  const others = Object.keys(found).filter(name => name !== 'redirect' && found[name])
  const made = ({ majors = [major] }: Row) => majors.includes(major)

  it.each(intercepted.filter(made))(
    'the interceptor gives a token to nobody but the covered server: $made',
    row => tried(row, 'interceptor', lists(others, ['ours'])),
  )

  it.each(manufactured.filter(made))(
    'the factory gives a token to nobody but the covered server: $made',
    row => tried(row, 'factory', lists(others, [])),
  )

  async function tried(row: Row, way: string, all: ReturnType<typeof lists>): Promise<void> {
    await using portal = await startPortal()
    portal.refuseFirst()
    let location = ''
    await using foreign = await loopback(({ url }, response) =>
      url === '/moved' ? response.writeHead(302, { location }).end() : response.end('foreign'),
    )
    portal.answer(({ url, headers }, response) =>
      url.includes('-away') && headers.authorization === 'Bearer token-2'
        ? response.writeHead(302, { location: `${foreign.origin}/landed` }).end()
        : false,
    )
    await using proxy = await startProxy()
    const servers = { portal, foreign, proxy }
    const usual = row.expected?.(major) ?? 'token'
    const there: Record<string, Outcome> = {}
    const away: Record<string, Outcome> = {}
    const behind: Record<string, Outcome> = {}
    const expected = { there: { ...there }, away: { ...away }, behind: { ...behind } }

    for (const list of all) {
      const name = list.join(' ') || 'nothing'
      const path = `/api/${list.join('-')}`
      const origin = byName(portal)
      there[name] = await outcome(row, list, servers, { origin, path })
      expected.there[name] = expectedThere(list, usual)
      if (!list.includes('redirect')) continue
      away[name] = await outcome(row, list, servers, { origin, path: `${path}-away` })
      expected.away[name] = expectedThere(list, usual)
      if (row.foreign === false) continue
      location = `${byName(portal)}${path}-behind`
      const moved = { origin: foreign.origin, path: '/moved' }
      behind[name] = await outcome(row, list, servers, moved, `${path}-behind`)
      expected.behind[name] = expectedBehind(list, usual)
    }
    expect(JSON.stringify(foreign.received.map(({ rawHeaders }) => rawHeaders))).not.toMatch(
      /Bearer/,
    )
    expect(proxy.seen()).not.toMatch(/Bearer/)
    expect({ there, away, behind }).toEqual(expected)
    const landed = foreign.received.filter(({ url }) => url === '/landed')
    if (row.foreign !== false && usual === 'token')
      expect(landed).toHaveLength(Object.values(away).filter(outcome => outcome === 'token').length)
    table.push([`undici ${major}`, way, row.made, ...[there, away, behind].map(counts)].join(' | '))
  }

  async function outcome(
    row: Row,
    list: readonly string[],
    servers: Servers,
    request: { origin: string; path: string },
    arriving = request.path,
  ): Promise<Outcome> {
    const { portal } = servers
    // A refused token is renewed, unless an interceptor below ours makes an error of the 401.
    const thrower = list.indexOf('responseError')
    let next = thrower === -1 || thrower > list.indexOf('ours') ? 1 : 2
    const expiresAt = Date.now() + 3_600_000
    const auth = portal.auth({
      credential: { acquire: async () => accessToken({ value: `token-${next++}`, expiresAt }) },
      apis: [{ ...cloudPartnerPortal, origins: [byName(portal)] }],
    })
    const factory = cloudPartnerFactory<Dispatcher>(auth, { Pool: undici.Pool })
    const dispatcher = row.make(undici, servers, factory)
    const composed = dispatcher.compose(
      list.map(name =>
        name === 'ours' ? cloudPartnerInterceptor(auth) : found[name],
      ) as Interceptor[],
    )
    const thrown: unknown = await composed
      .request({ ...request, method: 'GET' })
      .then(({ body }) => body.text())
      .catch(error => error)
    await dispatcher.close()

    const arrived = portal.received.filter(({ url }) => url?.split('?')[0] === arriving)
    if (arrived.at(-1)?.headers.authorization === 'Bearer token-2') return 'token'
    const refusedByProxy = isCloudPartnerAuthError(thrown) && thrown.code === 'proxy_reads_token'
    const refusedByOrigin = thrown instanceof TypeError && /cloudPartner/.test(thrown.message)
    if (!refusedByProxy && !refusedByOrigin) return 'no token'
    expect(arrived).toEqual([])
    return refusedByProxy ? 'proxy_reads_token' : 'TypeError'
  }
})

function byName({ origin }: Loopback): string {
  return origin.replace('127.0.0.1', 'localhost')
}

/** `token 25, TypeError 4`. */
function counts(outcomes: Readonly<Record<string, Outcome>>): string {
  const all = Object.values(outcomes)
  return [...new Set(all)]
    .map(outcome => `${outcome} ${all.filter(other => other === outcome).length}`)
    .join(', ')
}
