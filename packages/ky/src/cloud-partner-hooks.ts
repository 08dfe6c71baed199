import {
  type AuthOption,
  authFor,
  authorized,
  type CloudPartnerAuth,
} from '@cloud-partner-auth/core/adapter'
import { fetchExchange } from '@cloud-partner-auth/fetch/adapter'
import type { Hooks, Options } from 'ky'
import { ownBody } from './own-body.ts'

/** Options for `ky.extend()` or `ky.create()`. */
export interface CloudPartnerHooks {
  readonly hooks: Required<Pick<Hooks, 'init' | 'beforeRequest'>>
}

/**
 * Hooks that give the requests of a ky instance to a covered URL the API's version and a token, and send them once
 * more with a renewed token where the API refuses it. This happens inside each of ky's own attempts, below its hooks,
 * retries and time-outs, in the `fetch` that the instance or the request has.
 *
 * Requests reject with a `CloudPartnerAuthError`, which ky does not retry, where no token can be had; and with a
 * TypeError under ky 1, which has no init hooks and needs `ky.extend({ fetch: cloudPartnerFetch(auth) })`.
 *
 * @example
 * const client = ky.extend(cloudPartnerHooks(cloudPartnerAuth()))
 * const offerTypes = await client.get('https://cloudpartner.azure.com/api/offerTypes').json()
 */
export function cloudPartnerHooks(
  auth: AuthOption<[options: Options]>,
  options?: never,
): CloudPartnerHooks {
  const authOf = authFor(auth, 'cloudPartnerHooks', options)
  const init = (options: Options) => {
    checkOptions(options)
    dropRefusal(options)
    const picked = authOf(options)
    if (picked) sendAuthorized(picked, options)
  }
  return { hooks: { init: [init], beforeRequest: [refuseKy1] } }
}

/** The hooks of another client's plugin have the same names; got, axios and ky's other hooks are called with something else. */
function checkOptions(options: Options): void {
  const marks = ['isStream', 'prefixUrl', 'transformRequest', 'request'].filter(
    mark => !(mark in Object.prototype),
  ) // some other package may put any there
  if (!marks.some(mark => mark in options)) return
  throw new TypeError(
    "These hooks are ky's, as in ky.extend(cloudPartnerHooks(auth)): for got and axios, take those of @cloud-partner-auth/got and /axios.",
  )
}

/** Whoever calls an init hook is not ky 1, and ky waits for each of the others. */
function dropRefusal(options: Options): void {
  const beforeRequest = options.hooks?.beforeRequest?.filter(hook => hook !== refuseKy1) ?? []
  options.hooks = { ...options.hooks, beforeRequest }
}

/** Runs for each request. A `fetch` that a later init hook sets is the one that ours sends with. */
function sendAuthorized(auth: CloudPartnerAuth, options: Options): void {
  let { fetch = globalThis.fetch } = options
  const bodyOf = ownBody(options)
  const authorizing: typeof fetch = (input, init = {}) =>
    authorized(auth, fetchExchange(fetch, input, init, bodyOf(input)))
  const property = {
    __proto__: null, // or a value that some other package gave to Object.prototype would count
    get: () => authorizing,
    set(other: typeof fetch | undefined) {
      fetch = other ?? globalThis.fetch
    },
    enumerable: true,
    configurable: true,
  }
  Object.defineProperty(options, 'fetch', property)
}

interface Ky1Options {
  readonly retry?: { limit?: number }
}

/** Without init hooks every request would go out silently without a token. ky 2 calls its hooks with one argument. */
function refuseKy1(_state: unknown, ky1?: Ky1Options): void {
  if (!ky1) return
  if (ky1.retry) ky1.retry.limit = 0 // ky 1 retries what its hooks throw; these options are of this request alone
  throw new TypeError(
    'cloudPartnerHooks() needs ky 2. With ky 1 use ky.extend({ fetch: cloudPartnerFetch(auth) }).',
  )
}
