import { type AuthOption, authFor } from '@cloud-partner-auth/core/adapter'
import { exchange } from './exchange.ts'
import type { GotOptions } from './got-options.ts'

/** Options for `got.extend()`. */
export interface CloudPartnerHooks {
  readonly hooks: { beforeRequest: ((options: GotOptions) => void)[] }
}

/**
 * Hooks that give the requests of a got instance to a covered URL the API's version and a token, and send them once
 * more with a renewed token where the API refuses it. For got 11 to 16, promises, streams and pagination.
 *
 * Requests fail with an error that `isCloudPartnerAuthError()` knows, nothing having been sent, where no token can be
 * had. Got does not retry it.
 *
 * @example
 * const client = got.extend(cloudPartnerHooks(cloudPartnerAuth()))
 * const offerTypes = await client('https://cloudpartner.azure.com/api/offerTypes').json()
 */
export function cloudPartnerHooks(
  auth: AuthOption<[options: GotOptions]>,
  options?: never,
): CloudPartnerHooks {
  const authOf = authFor(auth, 'cloudPartnerHooks', options)
  return { hooks: { beforeRequest: [beforeRequest] } }

  /**
   * Puts hooks of this one request in its own place. They hold what is known about it, which got has no place for: its
   * options are other objects after each redirect and retry. Only functions are handed on as they are.
   */
  function beforeRequest(options: GotOptions): void {
    checkOptions(options)
    const { hooks } = options
    const picked = authOf(options)
    if (!picked) return
    const own = exchange(picked)
    // Changed in place, since got is walking through this list, and has yet to come to its end.
    hooks.beforeRequest.splice(hooks.beforeRequest.indexOf(beforeRequest), 1, () => {})
    hooks.beforeRequest.push(own.beforeRequest)
    hooks.beforeRedirect = [...hooks.beforeRedirect, own.beforeRedirect]
    hooks.beforeError = [...hooks.beforeError, own.beforeError]
  }
}

/** ky calls hooks of this name too, with something else. */
function checkOptions(options: GotOptions): void {
  if (Array.isArray(options?.hooks?.beforeRequest)) return
  throw new TypeError(
    "These hooks are got's, as in got.extend(cloudPartnerHooks(auth)): for ky, take those of @cloud-partner-auth/ky.",
  )
}
