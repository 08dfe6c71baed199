import type { ClientRequest } from 'node:http'
import { CloudPartnerAuthError } from '@cloud-partner-auth/core'

/** Guards what Node makes of the sendings that carry a token. */
export interface RequestGuard {
  /** Sends; each request that carries `authorization` meanwhile is guarded, those that follow a redirect as well. */
  during<T>(authorization: string, send: () => Promise<T>): Promise<T>
}

/** What Node makes of a sending, with what follow-redirects adds to it. */
type Created = ClientRequest & {
  readonly agent?: { readonly sockets: Readonly<Record<string, readonly object[]>> }
  readonly _redirectable?: { readonly _options?: { readonly headers?: object } }
}

const channel = 'http.client.request.created'

/**
 * Conceals each request with a token when it is made, and ends it where a proxy would read the token. Node tells of a
 * request before its first byte is sent; a runtime that does not has its requests concealed when they are over.
 */
export function requestGuard(): RequestGuard {
  const diagnostics = globalThis.process?.getBuiltinModule?.('node:diagnostics_channel')
  const sendings = new Map<unknown, number>() // how many there are now, by their Authorization

  function created(message: unknown) {
    const { request } = message as { request: Created }
    if (!sendings.has(request.getHeader('authorization'))) return
    conceal(request)
    // An agent or a body can lead to the request of follow-redirects around this one, which is named when this is made.
    queueMicrotask(() => conceal(request._redirectable?._options?.headers))
    for (const sockets of Object.values(request.agent?.sockets ?? {})) opened(sockets.at(-1))
    request.once('socket', socket => {
      opened(socket)
      conceal(socket) // what it has not sent yet, it holds
      request.once('close', () => socket.destroyed || reveal(socket))
      refuseProxy(request) // some agents change the path as late as this
    })
  }

  /** A TLS socket keeps the options of the request that it was opened for, for as long as it is open. */
  function opened(socket: object | undefined) {
    for (const key of Object.getOwnPropertySymbols(Object(socket))) {
      const { headers } = Object((socket as Record<symbol, unknown>)[key])
      if (Object.values(Object(headers)).some(value => sendings.has(value))) conceal(headers)
    }
  }

  async function during<T>(authorization: string, send: () => Promise<T>): Promise<T> {
    if (sendings.size === 0) diagnostics?.subscribe(channel, created)
    sendings.set(authorization, (sendings.get(authorization) ?? 0) + 1)
    try {
      return await send()
    } finally {
      const others = (sendings.get(authorization) ?? 1) - 1
      if (others) sendings.set(authorization, others)
      else sendings.delete(authorization)
      if (sendings.size === 0) diagnostics?.unsubscribe(channel, created)
    }
  }
  return { during }
}

/** A request-target is a path, but for a proxy that is to read the request: then it is a whole URL (RFC 9112, 3.2.2). */
function refuseProxy(request: Created): void {
  if (!request.path.startsWith('/')) request.destroy(proxyReadsToken(request.host))
}

export function proxyReadsToken(proxy: string): CloudPartnerAuthError {
  return new CloudPartnerAuthError(
    'proxy_reads_token',
    `The proxy ${proxy} would have read the token, so the request was not sent. For an https API use axios 1.16 or ` +
      'later over HTTP/1.1, or { proxy: false, httpsAgent } with an agent that tunnels, such as https-proxy-agent. For http on ' +
      'loopback use { proxy: false }, or name its host in NO_PROXY.',
    { retryable: false },
  )
}

/** The object stays what it is for whoever asks, but no logger shows what is in it. */
export function conceal(object: unknown): void {
  for (const name of shown) Reflect.defineProperty(Object(object), name, redacted)
}

function reveal(object: object): void {
  for (const name of shown) Reflect.deleteProperty(object, name)
}

const shown = ['toJSON', Symbol.for('nodejs.util.inspect.custom')]
const redacted = { value: () => '[redacted]', configurable: true }
