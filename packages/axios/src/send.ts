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
    if (owns(carrier, 'config')) Object.assign(carrier, { config })
    // Node keeps the sent header in the request. There for whoever asks, but for no logger.
    if (authorization && owns(carrier, 'request'))
      Object.defineProperty(carrier, 'request', { enumerable: false })
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

function owns(carrier: unknown, property: string): carrier is object {
  return typeof carrier === 'object' && carrier !== null && Object.hasOwn(carrier, property)
}
