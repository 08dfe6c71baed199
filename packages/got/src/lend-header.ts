import { ClientRequest } from 'node:http'
import { conceal } from './conceal.ts'
import type { GotHeaders, GotOptions, GotRequest } from './got-options.ts'
import { isPromise, replaceRequest } from './request-option.ts'

/** Undoes a change to got's options, also in those that got has made of them since, and in what its request keeps. */
export type TakeBack = (options: GotOptions, request?: GotRequest) => void

/**
 * Puts our Authorization on `options` until Node's request is made of them. Got hands options on to redirects, retries,
 * errors and answers, where a header that is left would be sent, or shown, again.
 *
 * `sent` is told of that request. What is returned takes the header off where no request was made, and where got keeps
 * it longer: for HTTP/2, whose requests it makes itself and later, and for its cache, which decides by the header
 * whether it may keep the answer. Of the two together nothing could take it off in time: then there is no cache.
 */
export function lendHeader(
  options: GotOptions,
  authorization: string,
  sent: (request: ClientRequest) => void,
): TakeBack {
  options.headers['authorization'] = authorization
  const http2 = options.http2 || options.h2session
  const { cache } = options
  if (http2) options.cache = undefined
  const putBack = http2 ? undefined : replaceRequest(options, send)
  return (later, request) => {
    putBack?.()
    takeOff(options.headers)
    takeOff(later.headers)
    if (http2) later.cache = options.cache = cache
    if (request && (http2 || cache)) takeOffWhatItKeeps(request)
  }

  function send(itself: () => unknown, call: readonly unknown[]): unknown {
    const request = itself()
    return isPromise(request) ? request.then(made) : made(request)

    function made(request: unknown): unknown {
      takeOff(options.headers)
      // Got calls with a URL and Node's options. Its cache calls with options of its own and a listener, which judges
      // by their headers and, for an answer with a Vary, keeps them in the answer and in the cache.
      const [cached, native] = call as readonly [GotOptions, GotOptions | (() => void)]
      if (typeof native === 'object') takeOff(native.headers)
      if (request instanceof ClientRequest) {
        conceal(request)
        if (typeof native === 'function') request.once('response', () => takeOff(cached.headers))
        sent(request)
      }
      return request
    }
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
