import type { Attempt } from '@cloud-partner-auth/core/adapter'
import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig as Config } from 'axios'

/** What came of one sending. An answer that `validateStatus` does not like is both: axios rejects with it. */
export interface Sent {
  readonly response?: AxiosResponse | undefined
  readonly rejected?: { readonly error: unknown } | undefined
  /** The last hop that did not get the token, if a redirect left the origin. */
  readonly foreignHop?: string | undefined
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
): Promise<Sent> {
  // Of the same prototype: newer axios gives its configs none, so that a polluted Object.prototype cannot reach them.
  const copy: Config = Object.assign(Object.create(Object.getPrototypeOf(config)), config, changes)
  let foreignHop: string | undefined
  if (authorization) {
    copy.headers = config.headers.concat({ Authorization: authorization })
    copy.beforeRedirect = (hop, ...details) => {
      config.beforeRedirect?.(hop, ...details)
      if (new URL(hop['href']).origin === new URL(url).origin) return
      foreignHop = hop['href']
      removeHeader(hop['headers'], authorization)
    }
  }

  const sent = await outcome(adapter, copy)
  if (authorization) copy.headers.delete('Authorization')
  // Axios's adapters add to the headers of a config; without a plugin the caller sees that.
  config.headers = copy.headers
  for (const carrier of [sent.response, sent.rejected?.error]) {
    if (typeof carrier !== 'object' || carrier === null) continue
    if ('config' in carrier) carrier.config = config
    if (authorization && 'request' in carrier) conceal(carrier.request)
  }
  return { ...sent, foreignHop }
}

/** Sends `config` itself. */
export async function outcome(adapter: AxiosAdapter, config: Config): Promise<Sent> {
  try {
    return { response: await adapter(config) }
  } catch (error) {
    return {
      rejected: { error },
      response: (error as { response?: AxiosResponse } | undefined)?.response,
    }
  }
}

/**
 * Follow-redirects keeps Authorization for a subdomain and from http to https of the same host, and the caller's own
 * hook may put back what it removed. Whatever else the caller puts there is the caller's own.
 */
function removeHeader(headers: Record<string, unknown>, value: string): void {
  for (const name of Object.keys(headers)) if (headers[name] === value) delete headers[name]
}

/** Node keeps what it sent. A request stays what it is for whoever asks, but no logger shows what is in it. */
function conceal(request: unknown): void {
  // A native request and the one around it that follows redirects. The caller's own agent and stream lead to both.
  const { _redirectable, _currentRequest } = Object(request)
  for (const part of [request, _redirectable, _currentRequest])
    for (const name of shown) Reflect.defineProperty(Object(part), name, redacted)
}

const shown = ['toJSON', Symbol.for('nodejs.util.inspect.custom')]
const redacted = { value: () => '[redacted]', configurable: true }
