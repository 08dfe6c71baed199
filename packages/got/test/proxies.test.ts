import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import tls from 'node:tls'
import { authFor, type ReadingProxy, readingProxy, tokens } from '@cloud-partner-auth/contract'
import { isCloudPartnerAuthError } from '@cloud-partner-auth/core'
import type { Agents, OptionsInit } from 'got'
import { HttpProxyAgent } from 'http-proxy-agent'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloudPartnerHooks } from '../src/index.ts'
import { certificate, endingServer } from './endings/server.ts'
import { gotMajors } from './got-majors.ts'
import { expectNoTokenAround } from './no-token.ts'

type Outcome = 'refused' | 'tunnelled' | 'direct'

interface Way {
  readonly api: 'http' | 'https'
  readonly options?: (proxy: URL) => OptionsInit
  /** What Node's own agent has from the environment, as it does with `NODE_USE_ENV_PROXY=1`. */
  readonly env?: (proxy: URL) => Record<string, string>
  readonly secureProxy?: true
  readonly stream?: true
  readonly outcome: Outcome
}

const agents = (agents: Agents): OptionsInit => ({ agent: agents })

/** How an agent may come to send elsewhere than the URL says. */
const ways: Readonly<Record<string, Way>> = {
  'http by an agent that asks for the whole URL': {
    api: 'http',
    options: proxy => agents({ http: new HttpProxyAgent(proxy) }),
    outcome: 'refused',
  },
  'http by an agent that asks for the whole URL, over TLS': {
    api: 'http',
    options: proxy => agents({ http: new HttpProxyAgent(proxy, { rejectUnauthorized: false }) }),
    secureProxy: true,
    outcome: 'refused',
  },
  'http by an agent that keeps its connections': {
    api: 'http',
    options: proxy => agents({ http: new HttpProxyAgent(proxy, { keepAlive: true }) }),
    outcome: 'refused',
  },
  'http by an agent that connects elsewhere': {
    api: 'http',
    options: proxy => agents({ http: new ElsewhereAgent(proxy) }),
    outcome: 'refused',
  },
  'http by an agent that connects elsewhere before it says so': {
    api: 'http',
    options: proxy => agents({ http: new LateAgent(proxy) }),
    outcome: 'refused',
  },
  "http by Node's own agent": {
    api: 'http',
    options: ({ href }) => agents({ http: new http.Agent({ proxyEnv: { HTTP_PROXY: href } }) }),
    outcome: 'refused',
  },
  "http by a request function of the caller's own": {
    api: 'http',
    options: proxy => ({
      request: (url, options) =>
        http.request(url, { ...options, agent: new HttpProxyAgent(proxy) }),
    }),
    outcome: 'refused',
  },
  'http as a stream': {
    api: 'http',
    options: proxy => agents({ http: new HttpProxyAgent(proxy) }),
    stream: true,
    outcome: 'refused',
  },
  'http with { http2: true }': {
    api: 'http',
    options: proxy => ({ http2: true, ...agents({ http: new HttpProxyAgent(proxy) }) }),
    outcome: 'refused',
  },
  'http by HTTP_PROXY': {
    api: 'http',
    env: ({ href }) => ({ HTTP_PROXY: href }),
    outcome: 'refused',
  },
  'http by HTTP_PROXY, but for NO_PROXY': {
    api: 'http',
    env: ({ href }) => ({ HTTP_PROXY: href, NO_PROXY: 'localhost' }),
    outcome: 'direct',
  },
  'http by an agent that goes past the proxy': {
    api: 'http',
    options: () => agents({ http: new http.Agent({ keepAlive: true }) }),
    outcome: 'direct',
  },
  'https by an agent that asks for the whole URL': {
    api: 'https',
    options: proxy => agents({ https: new WholeUrlAgent(proxy) }),
    outcome: 'refused',
  },
  'https by an agent that connects without TLS': {
    api: 'https',
    options: proxy => agents({ https: new ElsewhereAgent(proxy) as object as https.Agent }),
    outcome: 'refused',
  },
  "https by Node's own agent": {
    api: 'https',
    options: ({ href }) => agents({ https: new https.Agent({ proxyEnv: { HTTPS_PROXY: href } }) }),
    outcome: 'tunnelled',
  },
  'https by HTTPS_PROXY': {
    api: 'https',
    env: ({ href }) => ({ HTTPS_PROXY: href }),
    outcome: 'tunnelled',
  },
}

/** As one for SOCKS does it, or one that has made a tunnel: the request is the one for the API. */
class ElsewhereAgent extends http.Agent {
  protected readonly proxy: URL

  constructor(proxy: URL) {
    super({ keepAlive: true })
    this.proxy = proxy
    Reflect.set(this, 'protocol', undefined) // for requests by https as well
  }

  override createConnection(): net.Socket {
    return net.connect(Number(this.proxy.port), this.proxy.hostname)
  }
}

class LateAgent extends ElsewhereAgent {
  override createConnection(_options?: unknown, done?: (error: null, socket: net.Socket) => void) {
    const socket = super.createConnection()
    socket.once('connect', () => done?.(null, socket))
    return undefined as unknown as net.Socket // it comes later
  }
}

class WholeUrlAgent extends https.Agent {
  readonly #proxy: URL

  constructor(proxy: URL) {
    super()
    this.#proxy = proxy
  }

  addRequest(request: http.ClientRequest): void {
    request.path = `https://api.example${request.path}`
    request.onSocket(net.connect(Number(this.#proxy.port), this.#proxy.hostname))
  }
}

/** For each way what each major does. */
const rows: string[][] = []

describe.each(Object.entries(ways))('%s', (name, way) => {
  it(`is ${way.outcome}, and the proxy reads no token`, async () => {
    const outcomes = await Promise.all(
      gotMajors.map(async ({ major, got }) => [`got ${major}`, await outcomeWith(got, way)]),
    )
    rows.push([name, ...outcomes.map(([, outcome]) => String(outcome))])
    expect(Object.fromEntries(outcomes)).toEqual(
      Object.fromEntries(gotMajors.map(({ major }) => [`got ${major}`, way.outcome])),
    )
  })
})

async function outcomeWith(got: (typeof gotMajors)[number]['got'], way: Way): Promise<unknown> {
  await using proxy = await readingProxy(way.secureProxy && certificate)
  await using api = await endingServer(way.api, 'localhost')
  const environment = { proxyEnv: way.env?.(proxy.url) }
  const agent = { http: new http.Agent(environment), https: new https.Agent(environment) }
  let asked = 0
  const client = got.extend(cloudPartnerHooks(authFor(tokens(), [api])), {
    ...(way.env && { agent }),
    ...way.options?.(proxy.url),
    retry: { limit: 2, calculateDelay: () => (asked++ > 2 ? 0 : 1) },
  })
  const sent = [1, 2].map(() => settled(client, `${api.origin}/ok`, way.stream))
  const [first, second] = await Promise.all(sent)
  const third = await settled(client, `${api.origin}/ok`, way.stream) // by a connection that is there
  const outcomes = [first, second, third].map(result => outcomeSeen(result, proxy))
  for (const result of [first, second, third]) expectNoTokenAround(result)
  expect(proxy.heard()).not.toMatch(/canary|^GET/m)
  const [outcome] = outcomes
  expect(outcomes).toEqual([outcome, outcome, outcome])
  expect(api.authorizations).toEqual(outcome === 'refused' ? [] : Array(3).fill('Bearer canary-1'))
  expect(asked).toBe(0)
  return outcome
}

type Client = (typeof gotMajors)[number]['got']

async function settled(client: Client, url: string, stream?: boolean): Promise<unknown> {
  try {
    return stream ? await client.stream(url).toArray() : await client(url)
  } catch (error) {
    return error
  }
}

function outcomeSeen(result: unknown, proxy: ReadingProxy): unknown {
  if (isCloudPartnerAuthError(result)) {
    expect(result.message).toMatch(/^\[proxy_reads_token\] .*localhost:\d+.*NO_PROXY/)
    expect(result.retryable).toBe(false)
    return 'refused'
  }
  if (result instanceof Error) return result.message
  return proxy.tunnels() > 0 ? 'tunnelled' : 'direct'
}

const before = tls.getCACertificates('default')
beforeAll(() => tls.setDefaultCACertificates([...before, certificate.cert]))
afterAll(() => {
  tls.setDefaultCACertificates(before)
  const head = ['', ...gotMajors.map(({ major }) => `got ${major}`)]
  const width = Math.max(...rows.map(([name = '']) => name.length))
  for (const [name = '', ...cells] of [head, ...rows])
    console.log([name.padEnd(width), ...cells.map(cell => cell.padEnd(9))].join('  '))
})
