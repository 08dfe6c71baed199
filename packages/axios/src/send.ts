import { isCloudPartnerAuthError } from '@cloud-partner-auth/core'
import {
  type Attempt,
  conceal,
  isConcealed,
  proxyReadsToken,
  veil,
} from '@cloud-partner-auth/core/adapter'
import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig as Config } from 'axios'
import { pastProxies, type RequestGuard } from './request-guard.ts'
import { tellingFetch } from './telling-fetch.ts'

/** What came of one sending. An answer that `validateStatus` does not like is both: axios rejects with it. */
export interface Sent {
  readonly response?: AxiosResponse | undefined
  readonly rejected?: { readonly error: unknown } | undefined
  /** Where it was sent to: the whole URL, and the adapter's own part of it. */
  readonly to?: { readonly url: string; readonly configUrl: string | undefined }
  /** The last hop that did not get the token, if a redirect left what the token is for. */
  readonly foreignHop?: string | undefined
  /** Whether a redirect was followed, as far as follow-redirects told. */
  readonly redirected?: boolean
  /** What `fetch` answered, where the adapter used it. */
  readonly fetched?: Pick<Response, 'url' | 'redirected'> | undefined
}

/** What all sendings of a request share. */
export interface Sending {
  readonly guard: RequestGuard
  /** Whether a redirect of the request to `url` keeps the token. */
  isHome(url: string): boolean
}

/**
 * Sends a copy of `config` with the token of the attempt and with `changes`. What comes of it carries `config` itself,
 * which never holds the token.
 */
export async function send(
  adapter: AxiosAdapter,
  config: Config,
  { url, authorization }: Attempt,
  changes: Partial<Config>,
  { guard, isHome }: Sending,
): Promise<Sent> {
  // Of the same prototype: newer axios gives its configs none, so that a polluted Object.prototype cannot reach them.
  const copy: Config = Object.assign(Object.create(Object.getPrototypeOf(config)), config, changes)
  const to = { url, configUrl: copy.url }
  let foreignHop: string | undefined
  let redirected = false
  let fetched: Response | undefined
  Object.assign(
    copy,
    tellingFetch(config, response => {
      fetched = response
    }),
  )
  const sending = () => outcome(adapter, copy)
  if (authorization) {
    if (Number((copy as { httpVersion?: unknown }).httpVersion) === 2) {
      // Axios before 1.20 sends HTTP/2 to a proxy in clear. Later ones refuse to, and pass by the environment's proxy.
      if (copy.proxy)
        return { rejected: { error: proxyReadsToken(new URL(url).host, pastProxies) } }
      copy.proxy = false
    }
    copy.headers = config.headers.concat({ Authorization: authorization })
    copy.beforeRedirect = (hop, ...details) => {
      redirected = true
      config.beforeRedirect?.(hop, ...details)
      if (isHome(hop['href'])) return
      foreignHop = hop['href']
      removeHeader(hop['headers'], authorization)
    }
  }

  const sent = await (authorization ? guard.during(authorization, sending) : sending())
  if (authorization) copy.headers.delete('Authorization')
  // Axios's adapters add to the headers of a config; without a plugin the caller sees that.
  config.headers = copy.headers
  // What an answer's stream fails with later has the copy for its config.
  for (const key of Object.keys(copy)) Reflect.set(copy, key, config[key as keyof Config])
  for (const carrier of [sent.response, sent.rejected?.error]) {
    if (typeof carrier !== 'object' || carrier === null) continue
    if ('config' in carrier) carrier.config = config
    if (authorization && 'request' in carrier) concealSent(carrier.request)
  }
  return { ...sent, to, foreignHop, redirected, fetched }
}

/** A Request of fetch, a stream of HTTP/2, or what no runtime has told of when it was made. */
function concealSent(request: unknown): void {
  if (isConcealed(request)) return
  const { _redirectable, _currentRequest } = Object(request)
  for (const part of [request, _redirectable, _currentRequest]) conceal(part)
  for (const key of Object.getOwnPropertySymbols(Object(request))) veil(request, key)
}

/** Sends `config` itself. */
export async function outcome(adapter: AxiosAdapter, config: Config): Promise<Sent> {
  try {
    return { response: await adapter(config) }
  } catch (thrown) {
    const { response, cause } = Object(thrown)
    // Axios makes an error of its own of what a request is ended with, and retry plugins would send it again.
    return { rejected: { error: isCloudPartnerAuthError(cause) ? cause : thrown }, response }
  }
}

/**
 * Follow-redirects keeps Authorization within a host, for a subdomain and from http to https, and the caller's own
 * hook may put back what it removed. Whatever else the caller puts there is the caller's own.
 */
function removeHeader(headers: Record<string, unknown>, value: string): void {
  for (const name of Object.keys(headers)) if (headers[name] === value) delete headers[name]
}
