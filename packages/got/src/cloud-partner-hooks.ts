import type { Auth } from '@cloud-partner-auth/core/adapter'
import { exchange } from './exchange.ts'
import type { GotOptions } from './got-options.ts'

/** Options for `got.extend()`. */
export interface CloudPartnerHooks {
  readonly hooks: { beforeRequest: ((options: GotOptions) => Promise<void>)[] }
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
export function cloudPartnerHooks(auth: Auth): CloudPartnerHooks {
  /**
   * Puts hooks for this one request in its own place. They hold what is known about it: the options, and all objects
   * in them, are others after each redirect and retry, but functions got hands on as they are.
   */
  function beforeRequest(options: GotOptions): Promise<void> {
    const { hooks } = options
    const own = exchange(auth)
    hooks.beforeRequest = hooks.beforeRequest.map(hook =>
      hook === beforeRequest ? own.beforeRequest : hook,
    )
    hooks.beforeRedirect = [own.beforeRedirect, ...hooks.beforeRedirect]
    // First of all, so that the caller's own see only answers that are delivered; and last of all for errors.
    hooks.afterResponse = [own.afterResponse, ...hooks.afterResponse]
    hooks.beforeError = [...hooks.beforeError, own.beforeError]
    return own.beforeRequest(options)
  }

  return { hooks: { beforeRequest: [beforeRequest] } }
}
