import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import { conceal, concealRequest, refuseProxies, veil } from '@cloud-partner-auth/core/adapter'

/** Guards what Node makes of the sendings that carry a token. */
export interface RequestGuard {
  /** Sends; each request that carries `authorization` meanwhile is guarded, those that follow a redirect as well. */
  during<T>(authorization: string, send: () => Promise<T>): Promise<T>
}

/** What Node makes of a sending, with what follow-redirects adds to it. */
type Created = ClientRequest & {
  readonly agent?: { readonly sockets: Readonly<Record<string, readonly Socket[]>> }
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
  let watching = false

  function created(message: unknown) {
    const { request } = message as { readonly request: Created }
    if (!sendings.has(request.getHeader('authorization'))) return
    concealRequest(request)
    refuseProxies(request, pastProxies)
    concealOptions(request) // of one that waits for a socket
    // An agent or a body can lead to the request of follow-redirects around this one, which is named when this is made.
    queueMicrotask(() => concealHeaders(request._redirectable?._options?.headers))
    if (request.protocol !== 'https:') return
    for (const sockets of Object.values(request.agent?.sockets ?? {}))
      concealOptions(sockets.at(-1))
    request.once('socket', concealOptions)
  }

  /** A TLS socket keeps the options of the request that it was opened for, for as long as it is open. */
  function concealOptions(owner: object | undefined) {
    for (const key of Object.getOwnPropertySymbols(Object(owner)))
      concealHeaders(Object(Reflect.get(Object(owner), key))['headers'])
  }

  function concealHeaders(headers: unknown) {
    for (const [name, value] of Object.entries(Object(headers))) {
      if (!sendings.has(value)) continue
      conceal(headers)
      veil(headers, name)
    }
  }

  async function during<T>(authorization: string, send: () => Promise<T>): Promise<T> {
    if (!watching) diagnostics?.subscribe(channel, created)
    watching = true
    sendings.set(authorization, (sendings.get(authorization) ?? 0) + 1)
    try {
      return await send()
    } finally {
      const others = (sendings.get(authorization) ?? 1) - 1
      if (others) sendings.set(authorization, others)
      else sendings.delete(authorization)
      // Not at once, since it costs more than a request that follows now would save.
      if (sendings.size === 0 && diagnostics) setImmediate(rest)
    }
  }

  function rest() {
    if (sendings.size > 0 || !watching) return
    watching = false
    diagnostics?.unsubscribe(channel, created)
  }

  return { during }
}

/** How a request gets past any proxy that would read it, or through. */
export const pastProxies: string =
  'For an https API use axios 1.16 or later over HTTP/1.1, or { proxy: false, httpsAgent } with an agent that tunnels, ' +
  'such as https-proxy-agent. For http on loopback use { proxy: false } without an agent, or name its host in NO_PROXY.'
