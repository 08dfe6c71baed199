import type { ClientRequest } from 'node:http'
import { type Agent, globalAgent } from 'node:https'
import { conceal, concealRequest } from '@cloud-partner-auth/core/adapter'
import { isRequest } from './answer-watch.ts'
import type { GotOptions } from './got-options.ts'
import {
  andThen,
  isReplaced,
  lend,
  replaceRequest,
  requestFunction,
  type TakeBack,
} from './request-function.ts'

/** Whether the request has an Authorization already. `username` and `password` go into the URL, which then is not covered. */
export function authorizationSet(options: GotOptions): boolean {
  if (isReplaced(options)) return true
  const { headers } = options
  // Names take long to list where headers are a proxy, as they are since 15. There all of them are in lower case.
  if (options.isHeaderExplicitlySet)
    return options.isHeaderExplicitlySet('authorization') || headers['authorization'] !== undefined
  return Object.keys(headers).some(name => name.toLowerCase() === 'authorization')
}

/**
 * Has got's next request carry `authorization`, and tells `sent` which request that is; it is told of none where got 11
 * makes one for HTTP/2, which nobody else sees.
 *
 * Got keeps its options for redirects, retries, errors and answers, where a header would be sent or shown again. So the
 * header is never there, and nothing has to take it off: Node's options have it during the one call that makes the
 * request, and the caller's own `request` function gets a copy of these.
 */
export function authorize(
  options: GotOptions,
  authorization: string,
  sent: (request?: unknown) => void,
): TakeBack {
  const { request: own } = options
  const { href } = options.url as URL
  const ofGot = requestFunction(options)
  const value = options.http2 || options.h2session ? concealed(authorization) : authorization
  if (!own && !ofGot) return authorizeUnseen(options, value, sent)

  return replaceRequest(options, (url, native, ...more) => {
    // The token is for the URL that was judged, whatever another hook has done to it since.
    if (`${url}` !== href) return requestFunction(options, own)?.(url, native, ...more)
    const sendByGot = () => {
      const takeOff = putOn(native as object, value)
      try {
        return ofGot?.(url, native, ...more)
      } finally {
        takeOff()
      }
    }
    const sendByOwn = requestFunction(options, (url, native, ...more) => {
      const copy = copyOf(native as object)
      const takeOff = putOn(copy, authorization)
      return andThen(own?.(url, copy, ...more), made => {
        takeOff()
        return made ?? sendByGot()
      })
    })
    return andThen(own ? sendByOwn?.(url, native, ...more) : sendByGot(), made => {
      concealSent(made)
      sent(made)
      return made
    })
  })
}

/** Hides what Node keeps of a request that was made, or of the request whose answer it is. */
function concealSent(made: unknown): void {
  const { req = made } = (made ?? {}) as { req?: unknown }
  if (isRequest(req)) concealRequest(req)
}

/**
 * Got 11 copies its options for HTTP/2 as soon as its hooks are done, in a microtask. Where the server does without
 * HTTP/2, the agent for https is told of the request.
 */
function authorizeUnseen(
  options: GotOptions,
  value: unknown,
  sent: (request?: unknown) => void,
): TakeBack {
  const takeCacheBack = options.cache ? lend(options, 'cache', undefined) : () => {}
  const { agent } = options as { agent?: { https?: Agent | false } }
  const https = agent?.https ?? globalAgent
  options.agent = { ...agent, https: https && seeing(https, see) }
  const takeOff = putOn(options, value)
  process.nextTick(takeOff)
  sent()
  return () => {
    takeCacheBack()
    options.agent = agent
  }

  function see(request: ClientRequest): void {
    concealSent(request)
    sent(request)
  }
}

/** `agent`, which has `see` look at the requests that it is given. */
function seeing(agent: Agent, see: (request: ClientRequest) => void): Agent {
  return new Proxy(agent, {
    get(target, name) {
      const value = Reflect.get(target, name)
      if (name !== 'addRequest') return value
      return (request: ClientRequest, ...more: unknown[]) => {
        see(request)
        return Reflect.apply(value, target, [request, ...more])
      }
    },
  })
}

/** A text is taken off what was put on as well: Node's sockets keep that. */
function putOn(options: object, authorization: unknown): TakeBack {
  const headers: Record<string, unknown> = { ...(options as GotOptions).headers, authorization }
  const takeBack = lend(options, 'headers', headers)
  return () => {
    takeBack()
    if (typeof authorization === 'string') delete headers['authorization']
  }
}

/** Of all properties, since got 11 hands over its own options, some of which a spread would lose. */
function copyOf(options: object): object {
  return Object.create(Object.getPrototypeOf(options), Object.getOwnPropertyDescriptors(options))
}

/** What HTTP/2 clients and their agents keep, and hand to Node, which makes a string of it. */
function concealed(value: string): object {
  const text = { toString: () => value }
  conceal(text)
  return text
}
