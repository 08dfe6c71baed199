import http from 'node:http'
import https from 'node:https'
import type { GotOptions, GotRequestFunction } from './got-options.ts'

/** Puts back what was there before. */
export type TakeBack = () => void

/** On options whose next request one of our hooks sends. Every copy of this package knows it. */
const replaced: unique symbol = Symbol.for('cloud-partner-auth: sends the request')

/** Whether another of our hooks, such as one of the other build, sends the next request of these options. */
export function isReplaced(options: GotOptions): boolean {
  return replaced in options
}

/**
 * Has `send` make got's next request in place of got's own function and of the caller's `request` option. The request
 * goes past got's cache, which would hold and show what it was sent with.
 *
 * Got's options are the caller's again in the tick after got has called or has its request, however that ends.
 */
export function replaceRequest(options: GotOptions, send: GotRequestFunction): TakeBack {
  let loans: TakeBack[] = []
  put()
  // Given up in the tick that the token came in, a request is over, and got does not come to it.
  if (options.signal) process.nextTick(() => options.signal?.aborted && takeBack())
  return takeBack

  function put(): void {
    loans = [lend(options, replaced, true)]
    if (options.cache) loans.push(lend(options, 'cache', undefined))
    if (!options.getRequestFunction) loans.push(lend(options, 'request', request))
    else loans.push(lend(options, 'getRequestFunction', getRequestFunction))
  }

  function getRequestFunction(): GotRequestFunction {
    loans.pop()?.()
    return request
  }

  function request(...call: readonly unknown[]): unknown {
    const made = send(...call)
    if (isPromise(made)) {
      takeBack()
      return made.then(handOver)
    }
    process.nextTick(takeBack)
    return made
  }

  // As got takes what was promised, it looks for its cache once more, and got 11 puts our function back.
  function handOver(made: unknown): unknown {
    put()
    process.nextTick(takeBack)
    return made
  }

  function takeBack(): void {
    for (const back of loans.splice(0)) back()
  }
}

/**
 * What got sends with where its `request` option is `request`: got 16 changes Node's options for such a function. Without
 * one it is got's own; got 11 keeps the one for HTTP/2 to itself.
 */
export function requestFunction(
  options: GotOptions,
  request?: GotRequestFunction,
): GotRequestFunction | undefined {
  if (!options.getRequestFunction) return request ?? ofNode(options)
  const { request: own } = options
  options.request = request
  try {
    return options.getRequestFunction()
  } finally {
    options.request = own
  }
}

/** Sets a property of `object` until it is taken back. Got's copies of the object do not get it. */
export function lend(object: object, name: PropertyKey, value: unknown): TakeBack {
  const before = Object.getOwnPropertyDescriptor(object, name)
  const enumerable = before?.enumerable ?? false
  Object.defineProperty(object, name, { value, enumerable, writable: true, configurable: true })
  return () => {
    if (before) Object.defineProperty(object, name, before)
    else Reflect.deleteProperty(object, name)
  }
}

/** Goes on at once where there is nothing to wait for: the sending must not wait, or a body could not be sent again. */
export function andThen(value: unknown, next: (value: unknown) => unknown): unknown {
  return isPromise(value) ? value.then(next) : next(value)
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | undefined)?.then === 'function'
}

function ofNode({ url, http2 }: GotOptions): GotRequestFunction | undefined {
  const secure = (url as URL).protocol === 'https:' // got parses it before it calls hooks
  if (http2 && secure) return undefined
  const request = (secure ? https : http).request as GotRequestFunction
  if (!http2) return request
  // With `http2`, got 11 leaves the choice between its three agents to its HTTP/2 function.
  return (url, native) => {
    const { agent } = native as { agent?: { http?: unknown } }
    return request(url, { ...(native as object), agent: agent?.http })
  }
}
