import http from 'node:http'
import https from 'node:https'
import type { GotOptions } from './got-options.ts'

/** Sends, by itself or with `itself`, which sends as got would have. `call` is what got called with. */
type Send = (itself: () => unknown, call: readonly unknown[]) => unknown

/**
 * Has `send` stand in for got's `request` option at the next sending. What is returned puts the caller's own option
 * back; the sending does so too, but got 11 undoes that.
 */
export function replaceRequest(options: GotOptions, send: Send): () => void {
  const { request: own } = options
  options.request = request
  return putBack

  function request(...call: readonly unknown[]): unknown {
    putBack()
    return send(() => {
      const made = own?.(...call)
      return isPromise(made) ? made.then(late => late ?? native()) : (made ?? native())
    }, call)

    // What got itself calls for want of another; under HTTP/2, which has its own, the option is left alone.
    function native(): unknown {
      const { request } = (options.url as URL).protocol === 'https:' ? https : http
      return Reflect.apply(request, undefined, call)
    }
  }

  function putBack(): void {
    if (options.request === request) options.request = own
  }
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | undefined)?.then === 'function'
}
