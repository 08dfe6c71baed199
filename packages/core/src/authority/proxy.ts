import type { Socket } from 'node:net'
import { parsedUrl } from '../api/url.ts'
import { CloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import { environmentNow } from '../environment.ts'
import { seen } from '../seen.ts'

/** A proxy that the environment names. */
export interface Proxy {
  /** Without user name and password. */
  readonly origin: string
  /** For messages, such as `proxy.example:3128 (HTTPS_PROXY)`. */
  readonly name: string
  /** Of the header Proxy-Authorization. */
  readonly authorization: string | undefined
  /** What must be kept out of every error. */
  readonly secrets: readonly string[]
}

/** What sends a token request: `fetch`, Node without any proxy, or Node through a proxy. */
export type Way = 'fetch' | 'direct' | Proxy

/** The platform's own: one that was put in its place since, by a test for example, decides by itself where requests go. */
const platformFetch = globalThis.fetch

/**
 * Which way a request to `url` goes where no `fetch` was passed: through the proxy of `HTTPS_PROXY`, `ALL_PROXY` and
 * `NO_PROXY`, unless the platform or a dispatcher of the user's sees to that. To this machine and its link nothing goes
 * through a proxy, nor what may not be `proxied`: it would see the secret. Throws a `CloudPartnerAuthError` for a variable
 * that names no proxy.
 */
export function wayTo(url: string, { proxied }: { readonly proxied: boolean }): Way {
  // Bun and Deno have their fetch use the environment's proxy, edge runtimes know none.
  const isNode = typeof globalThis.process?.getBuiltinModule === 'function'
  if (!isNode || process.versions['bun'] || process.versions['deno']) return 'fetch'
  const dispatcher = globalDispatcher()
  if (dispatcher === 'other' || globalThis.fetch !== platformFetch) return 'fetch'
  const target = new URL(url)
  const isDirect = !proxied || isNear(target.hostname)
  if (dispatcher === 'environment') return isDirect ? 'direct' : 'fetch'
  return isDirect || target.protocol !== 'https:' ? 'fetch' : (environmentProxy(target) ?? 'fetch')
}

/** Loopback and link-local addresses, as a WHATWG URL has them. */
function isNear(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '')
  return (
    /^(.+\.)?localhost$|^(127|0)(\.\d+){3}$|^169\.254(\.\d+){2}$/.test(host) ||
    /^\[(::1?|fe[89ab].*|::ffff:(7f..|a9fe|0):.*)\]$/.test(host)
  )
}

function environmentProxy({ hostname, port }: URL): Proxy | undefined {
  const environment = environmentNow()
  const variable = (name: string) => environment.variable(name)
  const of = (name: string) => [name.toLowerCase(), name].find(variable)
  const name = of('HTTPS_PROXY') ?? of('ALL_PROXY')
  const exempt = variable(of('NO_PROXY') ?? '') ?? ''
  if (name === undefined || isExempt(hostname, port || '443', exempt)) return undefined
  return proxyOf(name, variable(name) ?? '')
}

/** As in the clients beside us: a host, `.suffix` or `*.suffix`, `*`, each with or without `:port`, parted by commas. */
function isExempt(hostname: string, port: string, exempt: string): boolean {
  const host = withoutBrackets(hostname)
  return exempt
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some(entry => {
      const [, bracketed, plain, onPort = port] =
        /^(?:\[(.+)\]|([^:]+|.*:.*:.*))(?::(\d+))?$/.exec(entry) ?? []
      const name = bracketed ?? plain ?? ''
      const matches = /^\*?\./.test(name) ? host.endsWith(name.replace('*', '')) : host === name
      return name === '*' || (matches && onPort === port)
    })
}

function proxyOf(name: string, value: string): Proxy {
  const given = value.trim()
  const odd = seen(given)
  if (odd) throw malformed(name, `but it ${odd}`)
  const url = parsedUrl(/^[a-z][a-z\d+.-]*:\/\//i.test(given) ? given : `http://${given}`)
  if (url && /^socks/.test(url.protocol))
    throw malformed(name, 'but it names a SOCKS proxy. Pass a fetch that goes through that')
  if (!url || !/^https?:$/.test(url.protocol) || /@/.test(url.pathname + url.search + url.hash)) {
    throw malformed(name, 'with / ? # @ and : in its user name and password percent-encoded')
  }
  const [user, password] = [url.username, url.password].map(part => decoded(name, part))
  return {
    origin: url.origin,
    name: `${url.host} (${name})`,
    authorization: user || password ? basic(`${user}:${password}`) : undefined,
    secrets: [password || user, url.password || url.username, `${user}:${password}`].filter(
      (secret): secret is string => !!secret && secret !== ':',
    ),
  }
}

function decoded(name: string, part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw malformed(name, 'with % in its user name and password written %25')
  }
}

function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}

function malformed(name: string, how: string): CloudPartnerAuthError {
  return new CloudPartnerAuthError(
    'authority_unreachable',
    `${name} must be the URL of an http or https proxy, such as http://user:password@proxy.example:3128, ${how}; or set NO_PROXY for the authority's host.`,
    { retryable: false },
  )
}

/** Whose dispatcher the global `fetch` goes by: undici keeps it there, in Node and beside it. */
function globalDispatcher(): 'default' | 'environment' | 'other' {
  const [newer, older] = [2, 1].map(version => {
    return Reflect.get(globalThis, Symbol.for(`undici.globalDispatcher.${version}`))
  })
  const wraps = newer !== undefined && older?.constructor?.name === 'Dispatcher1Wrapper'
  const set = [newer, wraps ? undefined : older].filter(one => one !== undefined)
  if (set.some(one => one.constructor?.name === 'EnvHttpProxyAgent')) return 'environment'
  return set.every(isDefault) ? 'default' : 'other'
}

/** undici sets an Agent without options when it is loaded: nobody has asked for that one. */
function isDefault(dispatcher: object): boolean {
  const { isProxy } = process.getBuiltinModule('node:util').types
  if (dispatcher.constructor?.name !== 'Agent' || isProxy(dispatcher)) return false
  const own = (name: string) => {
    const key = Object.getOwnPropertySymbols(dispatcher).find(key => key.description === name)
    return key && Reflect.get(dispatcher, key)
  }
  const isUnset = (value: unknown) => value === undefined || value === Number.POSITIVE_INFINITY
  return (
    own('factory')?.name === 'defaultFactory' && Object.values(own('options') ?? {}).every(isUnset)
  )
}

/** What is used of a request's options, … */
interface Sent {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

/** Sends by Node's own client, through `proxy` or without any. Follows no redirect, and decompresses nothing. */
export async function sendByNode(url: string, sent: Sent, proxy?: Proxy): Promise<NodeResponse> {
  const { method, headers, body, signal } = sent
  const { request } = clientOf(url)
  // `false`: an agent that knows of no proxy. It is not asked where there is a connection already.
  const way = proxy ? { createConnection: await tunnel(proxy, url, signal) } : { agent: false }
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, signal, ...way }, incoming => {
      const pairs = Object.entries(incoming.headersDistinct)
      resolve({
        status: incoming.statusCode ?? 0,
        headers: new Headers(
          pairs.flatMap(([name, values = []]) => values.map(value => [name, value] as const)) as [
            string,
            string,
          ][],
        ),
        body: incoming,
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function clientOf(url: string) {
  return process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http')
}

/** The part of a `Response` that is used. */
export interface NodeResponse {
  readonly status: number
  readonly headers: Headers
  readonly body: AsyncIterable<Uint8Array>
}

/** A connection through the proxy to the host of an https `url` (RFC 9110, section 9.3.6), with TLS to that host in it. */
async function tunnel({ origin, authorization }: Proxy, url: string, signal: AbortSignal) {
  const { hostname, port } = new URL(url)
  const target = `${hostname}:${port || '443'}`
  const headers = { host: target, ...(authorization && { 'proxy-authorization': authorization }) }
  // Else an https proxy would be taken for the host that the header names.
  const servername = servernameOf(new URL(origin).hostname)
  const options = { method: 'CONNECT', path: target, headers, agent: false, signal, servername }
  const socket = await new Promise<Socket>((resolve, reject) => {
    const outgoing = clientOf(origin).request(origin, options)
    outgoing.on('connect', ({ statusCode }, socket) => {
      if (statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(new Error(`the proxy answered ${statusCode} to CONNECT`))
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
  const { connect } = process.getBuiltinModule('node:tls')
  const host = withoutBrackets(hostname)
  return () => connect({ socket, host, servername: servernameOf(hostname) })
}

/** An address is no name that a server may be asked for (RFC 6066, section 3). */
function servernameOf(hostname: string): string {
  const host = withoutBrackets(hostname)
  return process.getBuiltinModule('node:net').isIP(host) === 0 ? host : ''
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}
