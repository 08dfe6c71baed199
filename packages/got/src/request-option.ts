import http from 'node:http'
import https from 'node:https'
import type { GotOptions, GotRequest } from './got-options.ts'

/** Undoes a change to got's options, also in those that got has made of them since, and in what its request keeps. */
export type TakeBack = (options: GotOptions, request?: GotRequest) => void

/** Sends, by itself or with `itself`. `call` is what got called with: a URL and Node's options, but for its cache. */
type Send = (itself: Itself, call: readonly unknown[]) => unknown

/** Sends as got would have, and shows `made` what is handed to got. */
export type Itself = (made: (request: unknown) => void) => unknown

/**
 * Has `send` stand in for got's `request` option at the next sending. What is returned puts the caller's own option
 * back, also where got has handed ours on; the sending does so too, but got 11 undoes that.
 */
export function replaceRequest(options: GotOptions, send: Send): (later?: GotOptions) => void {
  const { request: own } = options
  options.request = request
  return putBack

  function request(...call: readonly unknown[]): unknown {
    putBack()
    return send(made => {
      const request = own?.(...call)
      return isPromise(request) ? request.then(handOn) : handOn(request)

      function handOn(request: unknown): unknown {
        const sent = request ?? native()
        made(sent)
        return sent
      }
    }, call)

    // What got itself calls for want of another; under HTTP/2, which has its own, the option is left alone.
    function native(): unknown {
      const { request } = (options.url as URL).protocol === 'https:' ? https : http
      return Reflect.apply(request, undefined, call)
    }
  }

  function putBack(later = options): void {
    if (options.request === request) options.request = own
    if (later.request === request) later.request = own
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | undefined)?.then === 'function'
}
