import { ClientRequest } from 'node:http'
import { conceal } from './conceal.ts'
import type { GotHeaders, GotOptions, GotRequest } from './got-options.ts'
import { type Itself, replaceRequest, type TakeBack } from './request-option.ts'

/**
 * Puts our Authorization on `options` for HTTP/2, whose requests got makes itself and later, and for its cache, which
 * decides by the header whether it may keep the answer. Of the two together nothing could take it off in time: then
 * there is no cache.
 *
 * What is returned takes it off wherever got keeps it.
 */
export function lendThroughOptions(
  options: GotOptions,
  authorization: string,
  sent: (request: unknown) => void,
): TakeBack {
  options.headers['authorization'] = authorization
  const http2 = options.http2 || options.h2session
  const { cache } = options
  if (http2) options.cache = undefined
  const putBack = http2 ? undefined : replaceRequest(options, send)
  return (later, request) => {
    putBack?.(later)
    takeOff(options.headers)
    takeOff(later.headers)
    if (http2) later.cache = options.cache = cache
    if (request) takeOffWhatItKeeps(request)
  }

  function send(itself: Itself, call: readonly unknown[]): unknown {
    return itself(request => {
      takeOff(options.headers)
      // The cache calls with options of its own and a listener, which judges by their headers and, for an answer with a
      // Vary, keeps them in the answer and in the cache. A body that is a stream goes past it.
      const [cached, native] = call as readonly [GotOptions, GotOptions | (() => void)]
      if (typeof native === 'object') takeOff(native.headers)
      else if (request instanceof ClientRequest)
        request.once('response', () => takeOff(cached.headers))
      sent(request)
    })
  }

  function takeOffWhatItKeeps(request: GotRequest): void {
    for (const name of Reflect.ownKeys(request)) {
      const kept = Reflect.get(request, name)
      if (typeof kept?.setHeader === 'function') conceal(kept)
      else if (kept?.headers) takeOff(kept.headers)
    }
  }

  function takeOff(headers: GotHeaders): void {
    if (headers['authorization'] === authorization) delete headers['authorization']
  }
}
