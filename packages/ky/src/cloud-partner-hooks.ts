import { authorized, type CloudPartnerAuth } from '@cloud-partner-auth/core/adapter'
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
export function cloudPartnerHooks(auth: CloudPartnerAuth): CloudPartnerHooks {
  return { hooks: { init: [options => sendAuthorized(auth, options)], beforeRequest: [refuseKy1] } }
}

/** Runs for each request, when all its options are known: no later `fetch` option takes the place of ours. */
function sendAuthorized(auth: CloudPartnerAuth, options: Options): void {
  const { fetch = globalThis.fetch } = options
  // Whoever calls an init hook is not ky 1, and ky waits for each of the others.
  const beforeRequest = options.hooks?.beforeRequest?.filter(hook => hook !== refuseKy1) ?? []
  options.hooks = { ...options.hooks, beforeRequest }
  const bodyOf = ownBody(options)
  options.fetch = (input, init = {}) =>
    authorized(auth, fetchExchange(fetch, input, init, bodyOf(input)))
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
