import { adding } from './authorization-set.ts'
import type { GotHeaders, GotOptions } from './got-options.ts'
import { lendThroughOptions } from './lend-through-options.ts'
import { replaceRequest, type TakeBack } from './request-option.ts'

/**
 * Adds our Authorization to what Node makes its request of, for as long as that takes. Got keeps its options for
 * redirects, retries, errors and answers, where a header that is left would be sent, or shown, again.
 *
 * `sent` is told of that request; of none, and at once, where the answer may come from elsewhere.
 */
export function lendHeader(
  options: GotOptions,
  authorization: string,
  sent: (request?: unknown) => void,
): TakeBack {
  if (options.http2 || options.h2session || options.cache) {
    sent()
    return lendThroughOptions(options, authorization, sent)
  }
  let lent: GotHeaders = {}
  const putBack = replaceRequest(options, (itself, call) => {
    const native = call[1] as { headers: GotHeaders } // without a cache it is Node's options
    lent = native.headers = { ...native.headers, authorization }
    return itself(request => {
      takeOff()
      sent(request)
    })
  })
  Object.assign(options.request as object, { [adding]: true })
  return later => {
    putBack(later)
    takeOff()
  }

  function takeOff(): void {
    delete lent['authorization']
  }
}
