import type { CloudPartnerAuth } from '@cloud-partner-auth/core/adapter'
import { authorizedDispatch } from './authorized-dispatch.ts'
import type { Dispatch } from './dispatch.ts'
import { fail } from './modern-handler.ts'
import { requestUrl } from './request-url.ts'

export interface CloudPartnerInterceptorOptions {
  /** Where a `Client` or a `Pool` of undici 6 or 7 leads, which those do not tell. Nothing else needs it. */
  readonly origin?: string | URL | undefined
}

/** For `dispatcher.compose()` of undici 6 to 8. */
export type CloudPartnerInterceptor = <
  AnyDispatch extends (options: never, handler: never) => boolean,
>(
  dispatch: AnyDispatch,
) => AnyDispatch

/**
 * Makes an interceptor that gives the requests of a dispatcher to a covered URL the API's version and a token, and sends
 * them once more with a renewed token where the API refuses it. Requests to other URLs go out untouched.
 *
 * Requests fail with a `CloudPartnerAuthError`, nothing having been sent, where no token can be had; and with a
 * TypeError where the origin is unknown.
 *
 * It is called for each dispatch. Listed after `interceptors.redirect()` it takes a request with all its redirects for
 * one. Listed before it, or under `fetch`, it sees each hop alone, and each hop to a covered URL gets the token, also
 * where a foreign origin redirected to it.
 *
 * @example
 * const dispatcher = new Agent().compose(cloudPartnerInterceptor(cloudPartnerAuth()))
 * const { body } = await request('https://cloudpartner.azure.com/api/offerTypes', { dispatcher })
 */
export function cloudPartnerInterceptor(
  auth: CloudPartnerAuth,
  { origin }: CloudPartnerInterceptorOptions = {},
): CloudPartnerInterceptor {
  const interceptor =
    (dispatch: Dispatch): Dispatch =>
    (given, handler) => {
      const options = given.origin ? given : { ...given, origin }
      const target = requestUrl(options)
      if (!target) {
        fail(handler, new TypeError('cloudPartnerInterceptor(auth, { origin }) needs the origin'))
      } else if (auth.covering(target.url)) {
        const sent = authorizedDispatch(auth, dispatch, { target, options, handler })
        sent.catch(error => fail(handler, error))
      } else {
        return dispatch(given, handler)
      }
      return true // nothing is known yet of how busy the dispatcher will be
    }
  return interceptor as unknown as CloudPartnerInterceptor // for the types of whichever undici it meets
}
