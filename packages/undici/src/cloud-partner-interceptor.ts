import {
  type AuthOption,
  authFor,
  optionsOf,
  proxyReadsToken,
} from '@cloud-partner-auth/core/adapter'
import type { Dispatcher } from 'undici'
import {
  authorizedDispatch,
  type PickAuth,
  type Refusal,
  redirects,
  unsent,
} from './authorized-dispatch.ts'
import { pastProxies, sendsTo } from './cloud-partner-factory.ts'
import {
  type Dispatch,
  type DispatchHandler,
  isModern,
  legacyHandler,
  type ModernHandler,
} from './handlers.ts'
import type { DispatchOptions } from './request.ts'

export interface CloudPartnerInterceptorOptions {
  /** The only origin that gets a token through this dispatcher. Default: all that `auth` covers. */
  readonly origin?: string | URL | undefined
}

/** For `dispatcher.compose()` of undici 6 to 8. */
export type CloudPartnerInterceptor = <
  AnyDispatch extends (options: never, handler: never) => boolean,
>(
  dispatch: AnyDispatch,
) => AnyDispatch

/**
 * Makes an interceptor that gives requests to a covered URL the API's version and a token, and sends them once more
 * with a renewed token where the API refuses it. Requests to other URLs go out as they are.
 *
 * For a dispatcher that chooses its server by the origin of each request: `Agent`, `ProxyAgent`, `EnvHttpProxyAgent`,
 * `MockAgent`, and `RetryAgent` or interceptors over one of them. For a `Client` or a `Pool` take
 * `cloudPartnerFactory(auth)(origin)`: undici 6 and 7 do not tell an interceptor where those send to.
 *
 * Throws a TypeError for an unknown option. A request fails with a `CloudPartnerAuthError` where no token can be had or
 * a proxy could read it, and with a TypeError where the dispatcher may send it to another server than its URL names;
 * nothing has been sent then.
 *
 * It is called for each dispatch: once for a request with all its redirects and retries if it is listed after undici's
 * interceptors for them, else once for each hop and attempt.
 *
 * @param auth An auth, or a function that picks one for the options of a dispatch; `undefined`: it is sent without.
 *
 * @example
 * const { redirect } = interceptors
 * const dispatcher = new Agent().compose(redirect({ maxRedirections: 3 }), cloudPartnerInterceptor(auth))
 */
export function cloudPartnerInterceptor(
  auth: AuthOption<[options: Dispatcher.DispatchOptions]>,
  options: CloudPartnerInterceptorOptions = {},
): CloudPartnerInterceptor {
  if (isDispatch(auth)) throw new TypeError(`cloudPartnerInterceptor has to be called: ${use}`)
  const pick = authFor(auth, 'cloudPartnerInterceptor')
  const limit = checkedLimit(options)
  const interceptor = (dispatch: Dispatch, told?: string | null): Dispatch => {
    if (typeof dispatch !== 'function')
      throw new TypeError(
        `cloudPartnerInterceptor(auth) is for ${use}; an Agent's factory is cloudPartnerFactory(auth)`,
      )
    // Undici 8 tells the origin of a dispatcher that sends everything to one server.
    const refusal = typeof told === 'string' ? sendsTo(told) : unlessByOrigin(dispatch)
    const limited: Refusal = (url, handler) =>
      limit === undefined || url.origin === limit
        ? refusal(url, handler)
        : unsent(
            `cloudPartnerInterceptor(auth, { origin }) gives a token to ${limit} only, and this request is for ${url.origin}.`,
          )
    return authorizedDispatch(pick as PickAuth, dispatch, limited, redirects())
  }
  return interceptor as unknown as CloudPartnerInterceptor // for the types of whichever undici it meets
}

const use = 'new Agent().compose(cloudPartnerInterceptor(auth))'

/** What undici calls an interceptor with that was passed without being called; it is no function that picks an auth. */
function isDispatch(value: unknown): boolean {
  return typeof value === 'function' && (value.length === 2 || value.name === 'bound dispatch')
}

function checkedLimit(options: CloudPartnerInterceptorOptions): string | undefined {
  const { origin } = optionsOf(options, ['origin'], 'cloudPartnerInterceptor')
  if (origin === undefined) return undefined
  if (!URL.canParse(String(origin)))
    throw new TypeError('cloudPartnerInterceptor(auth, { origin }): origin must be a URL')
  return new URL(String(origin)).origin
}

/**
 * Refuses what is not shown to choose its server by the origin of a request.
 *
 * An interceptor is given nothing but a `dispatch` function, so that function is asked: it gets a request to a scheme
 * that does not exist. What chooses by origin refuses it for its scheme, before there is any connection. A `Client` or
 * a `Pool` does not look at the origin, and refuses it for its path.
 */
function unlessByOrigin(dispatch: Dispatch): Refusal {
  const shown = new Set<string>()

  return (url, handler) => {
    const origin = askedOrigin(url)
    // An EnvHttpProxyAgent reads NO_PROXY for each request.
    const noProxy = () => process.env['no_proxy'] ?? process.env['NO_PROXY'] ?? ''
    const key = url.protocol === 'http:' ? `${origin} ${noProxy()}` : origin
    if (shown.has(key)) return undefined
    return refusedWith(dispatch, origin, handler).then(error => {
      const { message = '', code = '' } = error
      if (/^UND_ERR_(CLOSED|DESTROYED)$/.test(code)) return error
      if (readByProxy.test(message)) {
        if (url.protocol === 'http:') return proxyReadsToken(url.host, pastProxies)
      } else if (!chosenByOrigin.test(message)) return notByOrigin(url, error)
      shown.add(key)
      return undefined
    })
  }
}

/**
 * For https any address does, since a proxy is given a tunnel. For http it matters whether there is a proxy, which an
 * `EnvHttpProxyAgent` decides by host and port. `interceptors.dns()` would look a name up, so for `localhost` an
 * address is asked that no `NO_PROXY` is about.
 */
function askedOrigin({ protocol, hostname, port }: URL): string {
  const asked = protocol === 'http:' && hostname !== 'localhost'
  return `cloud-partner-auth://${asked ? `${hostname}:${port || 80}` : '192.0.2.1:1'}`
}

/** Said by an Agent, which makes a pool for the origin, or (undici 7 and 8) has as many as it may have. */
const chosenByOrigin = /^Invalid URL protocol|^Maximum allowed origins reached/

/** Said by a ProxyAgent of the `Proxy-Authorization`, and by a Socks5ProxyAgent of the `connections` of a request. */
const readByProxy = /^Proxy-Authorization should be sent in ProxyAgent|^invalid connections$/

/** Invalid in several ways, so that nothing sends it even if an interceptor mends one. A cache passes a TRACE on. */
const unsendable = {
  path: '',
  method: 'TRACE',
  headers: { 'proxy-authorization': '\n' },
  headersTimeout: -1,
  connections: -1,
} as const

interface UndiciError extends Error {
  readonly code?: string
}

/** What `dispatch` says of an unsendable request to `origin`, to a handler like that of the actual request. */
function refusedWith(
  dispatch: Dispatch,
  origin: string,
  like: DispatchHandler,
): Promise<UndiciError> {
  return new Promise(resolve => {
    const handler: ModernHandler = {
      onRequestStart() {}, // undici 6's retries call it before they send anything
      onResponseStart: () => resolve(new Error('An interceptor has answered by itself.')),
      onResponseError: (_, error) => resolve(error as UndiciError),
    }
    const options: DispatchOptions = { ...unsendable, origin }
    try {
      dispatch(options, isModern(like) ? handler : legacyHandler(handler))
    } catch (error) {
      resolve(error as UndiciError) // a ProxyAgent and a MockAgent throw
    }
  })
}

function notByOrigin({ origin }: URL, cause: unknown): TypeError {
  return unsent(
    `The dispatcher below cloudPartnerInterceptor may send a request for ${origin} to another server, so it gets no token. ` +
      'Use new Agent({ factory: cloudPartnerFactory(auth) }), or cloudPartnerFactory(auth)(origin) in place of a Client or Pool.',
    cause,
  )
}
