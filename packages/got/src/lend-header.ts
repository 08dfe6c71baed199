import { ClientRequest } from 'node:http'
import type { GotHeaders, GotOptions, GotRequest } from './got-options.ts'
import { isPromise, replaceRequest } from './request-option.ts'

/** Undoes a change to got's options, also in those that got has made of them since, and in what its request notes. */
export type TakeBack = (options: GotOptions, request?: GotRequest) => void

/**
 * Puts our Authorization on `options` until Node's request is made of them. Got hands options on to redirects, retries,
 * errors and answers, where a header that is left would be sent, or shown, again.
 *
 * `sent` is told of that request; of none, where a hook of the caller took the header off or led the request elsewhere.
 * What is returned takes the header off where no request was made, and where got keeps it: for its cache, and for HTTP/2, whose
 * requests nobody is told of.
 */
export function lendHeader(
  options: GotOptions,
  authorization: string,
  sent: (request: ClientRequest | undefined) => void,
): TakeBack {
  const { origin } = options.url as URL
  options.headers['authorization'] = authorization
  const putBack = options.http2 || options.h2session ? undefined : replaceRequest(options, send)
  return (later, request) => {
    putBack?.()
    for (const { headers = {} } of [options, later, request?._requestOptions ?? {}])
      takeOff(headers)
  }

  function send(itself: () => unknown, call: readonly unknown[]): unknown {
    const headers = headersOf(call)
    if ((options.url as URL).origin !== origin) takeOff(headers)
    if (headers['authorization'] !== authorization) sent(undefined)
    const request = itself()
    return isPromise(request) ? request.then(made) : made(request)

    function made(request: unknown): unknown {
      takeOff(options.headers)
      // By the headers it was given, got's cache decides later whether it may keep the answer.
      if (call[0] instanceof URL) takeOff(headers)
      if (request instanceof ClientRequest) {
        conceal(request)
        sent(request)
      }
      return request
    }
  }

  function takeOff(headers: GotHeaders): void {
    if (headers['authorization'] === authorization) delete headers['authorization']
  }
}

/** Got calls with a URL and Node's options, its cache with such options only. */
function headersOf(call: readonly unknown[]): GotHeaders {
  const [options] = call[0] instanceof URL ? call.slice(1) : call
  return (options as GotOptions).headers
}

/** Node keeps what it sent. Its request stays what it is for whoever asks, but no logger shows what is in it. */
function conceal(request: ClientRequest): void {
  for (const shown of ['toJSON', Symbol.for('nodejs.util.inspect.custom')])
    Reflect.defineProperty(request, shown, { value: () => '[redacted]', configurable: true })
}
