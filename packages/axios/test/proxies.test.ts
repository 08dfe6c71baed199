import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import { authFor, localhostCertificate, readingProxy, tokens } from '@cloud-partner-auth/contract'
import { isCloudPartnerAuthError } from '@cloud-partner-auth/core'
import axiosRetry from 'axios-retry'
import { HttpProxyAgent } from 'http-proxy-agent'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { axiosVersions } from './axios-versions.ts'
import { expectNoToken } from './no-token.ts'

type Outcome = 'refused' | 'tunnelled' | 'direct'

interface Way {
  /** Default: https. */
  readonly api?: 'http' | 'h2c'
  readonly secureProxy?: true
  readonly env?: (proxy: string) => Record<string, string>
  readonly options?: (proxy: URL) => object
  /** By axios version, the first that is not higher than it counts. */
  readonly outcome: Readonly<Record<string, Outcome>>
}

const inConfig = ({ protocol, hostname, port }: URL) => ({
  proxy: { protocol, host: hostname, port: Number(port) },
})
const tunnels: Way['outcome'] = { '1.16': 'tunnelled', '1.5': 'refused' }

const ways: Readonly<Record<string, Way>> = {
  'https by { proxy }': { options: inConfig, outcome: tunnels },
  'https by { proxy }, without redirects': {
    options: proxy => ({ ...inConfig(proxy), maxRedirects: 0 }),
    outcome: tunnels,
  },
  'https by { proxy } over TLS': { secureProxy: true, options: inConfig, outcome: tunnels },
  'https by HTTPS_PROXY': { env: proxy => ({ HTTPS_PROXY: proxy }), outcome: tunnels },
  'https by https_proxy': { env: proxy => ({ https_proxy: proxy }), outcome: tunnels },
  'https by ALL_PROXY': { env: proxy => ({ ALL_PROXY: proxy }), outcome: tunnels },
  'https by an agent that tunnels': {
    options: proxy => ({
      proxy: false,
      httpsAgent: new HttpsProxyAgent(proxy, { keepAlive: true }),
    }),
    outcome: { '1.5': 'tunnelled' },
  },
  'https by an agent that tunnels, without redirects': {
    options: proxy => ({
      proxy: false,
      httpsAgent: new HttpsProxyAgent(proxy, { keepAlive: true }),
      maxRedirects: 0,
    }),
    outcome: { '1.5': 'tunnelled' },
  },
  "https by Node's own agent": {
    options: ({ href }) => ({
      proxy: undefined,
      httpsAgent: new https.Agent({ keepAlive: true, proxyEnv: { HTTPS_PROXY: href } }),
    }),
    outcome: { '1.5': 'tunnelled' },
  },
  'http by { proxy }': { api: 'http', options: inConfig, outcome: { '1.5': 'refused' } },
  'http by { proxy }, without redirects': {
    api: 'http',
    options: proxy => ({ ...inConfig(proxy), maxRedirects: 0 }),
    outcome: { '1.5': 'refused' },
  },
  'http by HTTP_PROXY': {
    api: 'http',
    env: proxy => ({ HTTP_PROXY: proxy }),
    outcome: { '1.5': 'refused' },
  },
  'http by HTTP_PROXY, but for NO_PROXY': {
    api: 'http',
    env: proxy => ({ HTTP_PROXY: proxy, NO_PROXY: 'localhost' }),
    outcome: { '1.5': 'direct' },
  },
  'http by HTTP_PROXY, but for { proxy: false }': {
    api: 'http',
    env: proxy => ({ HTTP_PROXY: proxy }),
    options: () => ({ proxy: false }),
    outcome: { '1.5': 'direct' },
  },
  'http by an agent for proxies': {
    api: 'http',
    options: proxy => ({ proxy: false, httpAgent: new HttpProxyAgent(proxy) }),
    outcome: { '1.5': 'refused' },
  },
  'http by an agent that tunnels': {
    api: 'http',
    options: proxy => ({ proxy: false, httpAgent: new HttpsProxyAgent(proxy) }),
    outcome: { '1.5': 'refused' },
  },
  'http by an agent that connects elsewhere': {
    api: 'http',
    options: proxy => ({ proxy: false, httpAgent: new ElsewhereAgent(proxy) }),
    outcome: { '1.5': 'refused' },
  },
  'http by an agent that decides late': {
    api: 'http',
    options: proxy => ({ proxy: false, httpAgent: lateAgent(proxy) }),
    outcome: { '1.5': 'refused' },
  },
  "http by Node's own agent": {
    api: 'http',
    options: ({ href }) => ({
      proxy: undefined,
      httpAgent: new http.Agent({ proxyEnv: { HTTP_PROXY: href } }),
    }),
    outcome: { '1.5': 'refused' },
  },
  'HTTP/2 by { proxy }': {
    api: 'h2c',
    options: proxy => ({ ...inConfig(proxy), httpVersion: 2 }),
    outcome: { '1.5': 'refused' },
  },
  'HTTP/2 by HTTP_PROXY': {
    api: 'h2c',
    env: proxy => ({ HTTP_PROXY: proxy }),
    options: () => ({ httpVersion: 2, http2Options: { sessionTimeout: 1 } }),
    outcome: { '1.13': 'direct' },
  },
}

/** As one for SOCKS does it: the request is the one for the API. */
class ElsewhereAgent extends http.Agent {
  readonly #proxy: URL

  constructor(proxy: URL) {
    super({ keepAlive: true })
    this.#proxy = proxy
  }

  override createConnection(): net.Socket {
    return net.connect(Number(this.#proxy.port), this.#proxy.hostname)
  }
}

/** As those were made that Node's agents had no place for. */
function lateAgent({ hostname, port }: URL) {
  return {
    addRequest(request: http.ClientRequest) {
      setImmediate(() => {
        request.path = `http://api.example${request.path}`
        request.onSocket(net.connect(Number(port), hostname))
      })
    },
  }
}

const variables = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY']

describe.each(Object.entries(ways))('%s', (_name, way) => {
  const known = axiosVersions.filter(({ version }) => outcomeOf(way, version))

  it.each(
    known.map(
      axiosVersion =>
        [axiosVersion.version, outcomeOf(way, axiosVersion.version), axiosVersion] as const,
    ),
  )('axios %s: %s', async (_version, outcome, { axios, cloudPartnerInterceptor }) => {
    await using api = await startApi(way.api ?? 'https')
    await using proxy = await readingProxy(way.secureProxy && certificate)
    clearEnvironment()
    for (const [name, value] of Object.entries(way.env?.(proxy.url.href) ?? {}))
      vi.stubEnv(name, value)
    const options = way.options?.(proxy.url) ?? {}
    const client = axios.create({ baseURL: api.origin, ...options })
    const auth = authFor(tokens(), [api.origin])
    client.interceptors.request.use(cloudPartnerInterceptor(auth))
    axiosRetry(client, { retries: 2, retryCondition: () => true })

    const result = await client.post('/a', 'body').catch(error => error)
    expect(proxy.heard()).not.toContain('canary')
    expectNoToken([result, options])
    expect(outcomeSeen(result, proxy.tunnels())).toBe(outcome)
    if (outcome !== 'refused') return expect(api.authorizations).toEqual(['Bearer canary-1'])
    expect(api.authorizations).toEqual([])
    expect(result.message).toMatch(/NO_PROXY/)
    expect(proxy.heard()).not.toMatch(/^POST/m)
  })
})

afterEach(() => {
  vi.unstubAllEnvs()
})

function clearEnvironment(): void {
  for (const name of variables)
    for (const spelled of [name, name.toLowerCase()]) vi.stubEnv(spelled, undefined)
}

function outcomeSeen(result: unknown, connects: number): Outcome | unknown {
  if (isCloudPartnerAuthError(result))
    return result.code === 'proxy_reads_token' ? 'refused' : result
  if ((result as { status?: number }).status !== 200) return result
  return connects > 0 ? 'tunnelled' : 'direct'
}

function outcomeOf({ outcome }: Way, version: string): Outcome | undefined {
  const minor = (text: string) => Number(text.split('.')[1])
  const since = Object.keys(outcome).sort((a, b) => minor(b) - minor(a))
  return outcome[since.find(first => minor(first) <= minor(version)) ?? '']
}

async function startApi(kind: 'http' | 'https' | 'h2c') {
  const authorizations: unknown[] = []
  const listener = (
    request: { headers: { authorization?: string | undefined } },
    response: { end(): void },
  ) => {
    authorizations.push(request.headers.authorization)
    response.end()
  }
  const server =
    kind === 'https'
      ? https.createServer(certificate, listener)
      : kind === 'http'
        ? http.createServer(listener)
        : http2.createServer(listener)
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http${kind === 'https' ? 's' : ''}://localhost:${port}`,
    authorizations,
    async [Symbol.asyncDispose]() {
      server.close()
    },
  }
}

const certificate = localhostCertificate()
const before = tls.getCACertificates('default')
beforeAll(() => tls.setDefaultCACertificates([...before, certificate.cert]))
afterAll(() => tls.setDefaultCACertificates(before))
