import {
  type AuthOption,
  authFor,
  optionsOf,
  proxyReadsToken,
} from '@cloud-partner-auth/core/adapter'
import { Agent, Dispatcher, Pool } from 'undici'
import {
  authorizedDispatch,
  type PickAuth,
  type Refusal,
  redirects,
  unsent,
} from './authorized-dispatch.ts'
import type { Dispatch } from './handlers.ts'

export interface CloudPartnerFactoryOptions<AnyPool> {
  /** The class to make a pool of. Default: `Pool`. Needed where the Agent is of another undici than this package finds. */
  readonly Pool?: (new (origin: string, options?: never) => AnyPool) | undefined
}

/** For the `factory` option of the `Agent`, `ProxyAgent` and `EnvHttpProxyAgent` of undici 6 to 8. */
export type CloudPartnerFactory<AnyPool> = (origin: string | URL, options?: object) => AnyPool

/**
 * Makes the `factory` of an `Agent`. The pools that it makes give requests to a covered URL the API's version and a
 * token, and send them once more with a renewed token where the API refuses it. Requests to other URLs go out as they
 * are.
 *
 * Each pool knows the one server that it sends to, and gives no token to another one, whatever a request or a redirect
 * says. The factory can be called for a single pool too, in place of `new Pool(origin, options)`.
 *
 * Throws a TypeError for an unknown option. A request fails with a `CloudPartnerAuthError` where no token can be had or
 * a proxy could read it, and with a TypeError where it would not reach the server that its URL names; nothing has been
 * sent then.
 *
 * @param auth An auth, or a function that picks one for the options of a dispatch; `undefined`: it is sent without.
 *
 * @example
 * const dispatcher = new Agent({ factory: cloudPartnerFactory(cloudPartnerAuth()) })
 * const { body } = await request('https://cloudpartner.azure.com/api/offerTypes', { dispatcher })
 */
export function cloudPartnerFactory<AnyPool extends object = Pool>(
  auth: AuthOption<[options: Dispatcher.DispatchOptions]>,
  options: CloudPartnerFactoryOptions<AnyPool> = {},
): CloudPartnerFactory<AnyPool> {
  const pick = authFor(auth, 'cloudPartnerFactory')
  const { Pool: Given } = optionsOf(options, ['Pool'], 'cloudPartnerFactory')
  if (Given !== undefined && (typeof Given !== 'function' || 'addUpstream' in Given.prototype))
    throw new TypeError(
      'cloudPartnerFactory(auth, { Pool }): Pool must be a class of undici whose pools have one server',
    )
  const PoolClass = (Given ?? Pool) as new (origin: string, options?: object) => AnyPool
  const hops = redirects() // they go from pool to pool

  return function factory(this: unknown, origin, poolOptions = {}) {
    if (!URL.canParse(String(origin)))
      throw new TypeError(
        'cloudPartnerFactory(auth) is called with an origin, as by new Agent({ factory: cloudPartnerFactory(auth) }); dispatcher.compose() takes cloudPartnerInterceptor(auth)',
      )
    // A pool calls its own factory for what it sends by.
    if (this instanceof Dispatcher && !(this instanceof Agent))
      throw new TypeError(
        `cloudPartnerFactory(auth) is the factory of an Agent, and not of a ${this.constructor.name}: new Agent({ factory: cloudPartnerFactory(auth) })`,
      )
    // An Agent calls this as a method of itself.
    if (!Given && this && !(this instanceof Agent))
      throw new TypeError(
        'This Agent is of another undici than @cloud-partner-auth/undici finds. Give the Pool of the same: cloudPartnerFactory(auth, { Pool }).',
      )
    const pool = new PoolClass(String(origin), poolOptions)
    const own = new URL(origin).origin
    const viaProxy = 'uri' in poolOptions // a ProxyAgent hands its own options on
    const elsewhere = sendsTo(own)
    const refusal: Refusal = (url, handler) =>
      viaProxy && url.protocol === 'http:'
        ? proxyReadsToken(url.host, pastProxies)
        : elsewhere(url, handler)
    return withDispatch(pool, dispatch => {
      const authorized = authorizedDispatch(pick as PickAuth, dispatch, refusal, hops)
      return (given, handler) =>
        authorized(given.origin ? given : { ...given, origin: own }, handler)
    })
  }
}

/**
 * `pool` with another `dispatch`. Not by `compose()`, whose result in undici 6 reports no connects and disconnects.
 *
 * An http request to a proxy without a tunnel calls `dispatch` by a symbol of undici.
 */
function withDispatch<AnyPool extends object>(
  pool: AnyPool,
  wrap: (dispatch: Dispatch) => Dispatch,
): AnyPool {
  const { dispatch: inner } = pool as { dispatch: Dispatch }
  const dispatch = wrap(inner.bind(pool))
  return new Proxy(pool, {
    get: (target, key) =>
      (typeof key === 'symbol' ? key.description : key) === 'dispatch'
        ? dispatch
        : Reflect.get(target, key),
  })
}

/** Of a dispatcher that sends to `origin` whatever a request says. */
export function sendsTo(origin: string): Refusal {
  return url =>
    url.origin === origin
      ? undefined
      : unsent(
          `This dispatcher sends everything to ${origin}, so a request for ${url.origin} gets no token. ` +
            'Use new Agent({ factory: cloudPartnerFactory(auth) }), and reach an http API past any proxy (NO_PROXY).',
        )
}

/** How a request to an http API gets past a proxy. */
export const pastProxies: string =
  'Name its address in NO_PROXY (127.0.0.1 rather than localhost), or use an Agent.'
