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
 * `sent` is told of that request; of none, where a hook of the caller took the header off or led the request elsewhere.
 * What is returned takes the header off where no request was made, and where got keeps it longer: for HTTP/2, whose
 * requests it makes itself and later, and for its cache, which decides by the header whether it may keep the answer.
 */
export function lendHeader(
  options: GotOptions,
  authorization: string,
  sent: (request: ClientRequest | undefined) => void,
): TakeBack {
  const { origin } = options.url as URL
  options.headers['authorization'] = authorization
  const http2 = options.http2 || options.h2session
  const putBack = http2 ? undefined : replaceRequest(options, send)
  return (later, request) => {
    putBack?.()
    takeOff(options.headers)
    takeOff(later.headers)
    if (request && (http2 || options.cache)) takeOffWhatItKeeps(request)
  }

  function send(itself: () => unknown, call: readonly unknown[]): unknown {
    const cached = !(call[0] instanceof URL) // got calls with a URL and Node's options, its cache with such options only
    const { headers } = (cached ? call[0] : call[1]) as GotOptions
    if ((options.url as URL).origin !== origin) takeOff(headers)
    if (headers['authorization'] !== authorization) sent(undefined)
    const request = itself()
    return isPromise(request) ? request.then(made) : made(request)

    function made(request: unknown): unknown {
      takeOff(options.headers)
      if (!cached) takeOff(headers)
      if (request instanceof ClientRequest) {
        conceal(request)
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
