import { type Answer, type Attempt, type CloudPartnerAuth, attempt } from '@cloud-partner-auth/core/adapter'
import {
  type Context,
  type Dispatch,
  type DispatchHandler,
  fail,
  type Headers,
  isModern,
  legacyHandler,
  modernHandler,
} from './handlers.ts'
import { heldAnswer } from './held-answer.ts'
import {
  authorizationSet,
  type DispatchOptions,
  type HeaderRecord,
  headerRecord,
  isReplayable,
  namesAnother,
  requestUrl,
  sentTo,
  urlBeforeDns,
} from './request.ts'

/** Why a request to `url` may carry no token through a dispatcher; `undefined` where it may. */
export type Refusal = (
  url: URL,
  handler: DispatchHandler,
) => Error | undefined | Promise<Error | undefined>

/**
 * Wraps `dispatch`: requests to a covered URL get the API's version and a token, and are sent once more with a renewed
 * one where the API refuses it. Other requests go out untouched.
 *
 * A covered request fails with a TypeError, nothing having been sent, where it is not certain to reach the URL that is
 * judged, or where `refusal` says so.
 */
export function authorizedDispatch(auth: CloudPartnerAuth, dispatch: Dispatch, refusal: Refusal): Dispatch {
  return (options, handler) => {
    if (!options.origin) return failed(handler, noOrigin())
    const url = requestUrl(options)
    if (!url) return dispatch(options, handler)
    if (!auth.covering(url.whole ?? url.base)) {
      const beforeDns = urlBeforeDns(url.base, options.servername)
      const hidden = beforeDns !== undefined && auth.covering(beforeDns) !== undefined
      return hidden ? failed(handler, afterDns()) : dispatch(options, handler)
    }
    const headers = headerRecord(options.headers)
    const sent = after(refusal(new URL(url.base), handler), refused => {
      if (refused) return failed(handler, refused)
      if (!url.whole) return failed(handler, noPath())
      if (namesAnother(url.base, headers, options.servername)) return failed(handler, otherHost())
      const request = { url: url.whole, base: url.base, options, headers }
      return send(auth, dispatch, request, handler)
    })
    if (!(sent instanceof Promise)) return sent
    sent.catch(error => fail(handler, error))
    return true // nothing is known yet of how busy the dispatcher will be
  }
}

interface CoveredRequest {
  readonly url: string
  readonly base: string
  readonly options: DispatchOptions
  readonly headers: HeaderRecord
}

function send(
  auth: CloudPartnerAuth,
  dispatch: Dispatch,
  { url, base, options, headers }: CoveredRequest,
  handler: DispatchHandler,
): boolean | Promise<boolean> {
  const { method, signal, body } = options
  const first: Attempt | Promise<Attempt> = attempt(auth, {
    url,
    method,
    signal: signal instanceof AbortSignal ? signal : undefined, // undici sees an emitter's abort when it sends
    authorizationSet: authorizationSet(headers),
  })
  return after(first, first => {
    if (!first.authorization) return sendAttempt(first, handler)
    const held = heldAnswer(modernHandler(handler), {
      next: (status, headers, context) =>
        first.answered({
          status,
          url: answeringUrl(first.url, context),
          challenge: challenge(headers),
          replayable: isReplayable(body),
        }),
      send: next => sendAttempt(next, handler),
    })
    return sendAttempt(first, isModern(handler) ? held : legacyHandler(held))
  })

  function sendAttempt(attempt: Attempt, to: DispatchHandler): boolean {
    const { authorization } = attempt
    const added = authorization && { headers: { ...headers, authorization } }
    return dispatch(
      { ...options, ...(attempt.url !== url && sentTo(attempt.url, base)), ...added },
      to,
    )
  }
}

/** A hop at another origin if there was one, since none after it got the token; else the last hop. */
function answeringUrl(url: string, context: Context | undefined): Answer['url'] {
  const hops = context?.history ?? []
  const { origin } = new URL(url)
  return (hops.find(hop => hop.origin !== origin) ?? hops.at(-1))?.href ?? url
}

function challenge({ 'www-authenticate': values }: Headers): string | undefined {
  return Array.isArray(values) ? values.join(', ') : values
}

/** Calls `next` with the value: at once if it is there, so that nothing is awaited while a token is held. */
function after<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(next) : next(value)
}

function failed(handler: DispatchHandler, error: Error): true {
  fail(handler, error)
  return true
}

/** A TypeError for a request that is not sent. It has a code, since undici's retries repeat a request for want of one. */
export function unsent(message: string, cause?: unknown): TypeError {
  const error = new TypeError(message, cause === undefined ? undefined : { cause })
  return Object.assign(error, { code: 'ERR_INVALID_ARG_VALUE' })
}

const noOrigin = () =>
  unsent(
    'This dispatcher does not tell which server it sends to, so the request gets no token. ' +
      'Use new Agent({ factory: cloudPartnerFactory(auth) }), or cloudPartnerFactory(auth)(origin) in place of a Client or Pool.',
  )

const afterDns = () =>
  unsent(
    'interceptors.dns() has put an address in place of the host, so that no token can be given by its origin. ' +
      'List the interceptor after it: new Agent().compose(interceptors.dns(), cloudPartnerInterceptor(auth)).',
  )

const noPath = () =>
  unsent('The path of a request to an API must begin with a slash, or it names another server.')

const otherHost = () =>
  unsent(
    'The Host header or the servername names another server than the origin of the request, so it gets no token. Leave them out.',
  )
