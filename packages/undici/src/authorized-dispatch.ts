import {
  type Answer,
  type Attempt,
  attempt,
  type CloudPartnerAuth,
} from '@cloud-partner-auth/core/adapter'
import {
  type Context,
  type Dispatch,
  type DispatchHandler,
  fail,
  type Headers,
  isModern,
  legacyHandler,
  modernHandler,
  passedOn,
} from './handlers.ts'
import { heldAnswer } from './held-answer.ts'
import {
  authorizationSet,
  type DispatchOptions,
  type HeaderRecord,
  headerRecord,
  isAmbiguous,
  isReplayable,
  judgedOptions,
  namesAnother,
  type RequestUrl,
  requestUrl,
  sentTo,
  urlBeforeDns,
} from './request.ts'

/** Why a request to `url` may carry no token through a dispatcher; `undefined` where it may. */
export type Refusal = (
  url: URL,
  handler: DispatchHandler,
) => Error | undefined | Promise<Error | undefined>

/** Picks the auth for a request; `undefined`: it is sent without. */
export type PickAuth = (options: DispatchOptions) => CloudPartnerAuth | undefined

/**
 * Wraps `dispatch`: requests to a covered URL get the API's version and a token, and are sent once more with a renewed
 * one where the API refuses it. Other requests go out as they are.
 *
 * A covered request fails with a TypeError, nothing having been sent, where it is not certain to reach the URL that is
 * judged, or where `refusal` says so. A redirect is followed as it is, with a token as long as it stays at the covered
 * origin where the request began.
 */
export function authorizedDispatch(
  pick: PickAuth,
  dispatch: Dispatch,
  refusal: Refusal,
  redirects: Redirects,
): Dispatch {
  return (given, handler) => {
    let judged: Judged | undefined
    try {
      judged = judge(pick, given)
    } catch (error) {
      return failed(handler, error)
    }
    if (!judged) return dispatch(given, handler)
    const { auth, options, headers, url, base, hasPath, untouched } = judged
    const hop = redirects.hopTo(url)
    if (!auth) {
      const told = (status: number, headers: Headers) =>
        void untouched?.answered({ status, url, replayable: false, delivered: headers })
      return dispatch(given, redirects.watched(handler, { url, home: undefined }, told))
    }
    const { origin } = new URL(base)
    const sent = after(refusal(new URL(base), handler), refused => {
      if (refused) return failed(handler, refused)
      if (!hasPath) return failed(handler, noPath())
      if (namesAnother(base, headers, options.servername)) return failed(handler, otherHost())
      const home = !hop || hop.home === origin ? origin : undefined
      const watched = redirects.watched(handler, { url, home })
      if (!home) return dispatch(given, watched)
      const request = { auth, url, base, options, headers, redirected: hop !== undefined }
      return send(dispatch, request, watched)
    })
    if (typeof sent !== 'object') return sent // undici 6 gives nothing for a composed dispatcher
    sent.catch(error => fail(handler, error))
    return true // nothing is known yet of how busy the dispatcher will be
  }
}

interface Judged extends RequestUrl {
  /** Absent where the URL is not covered. */
  readonly auth?: CloudPartnerAuth
  /** As the caller gave them at the time. */
  readonly options: DispatchOptions
  readonly headers: HeaderRecord
  /** There where the auth for it does not cover the URL. */
  readonly untouched?: Attempt
}

/** `undefined` for what is none of ours. Throws where it cannot be told where the request goes. */
function judge(pick: PickAuth, given: DispatchOptions): Judged | undefined {
  const picked = pick(given)
  if (picked && !given.origin) throw noOrigin()
  const options = judgedOptions(given)
  const request = requestUrl(options)
  if (!request) return undefined
  const unchanged = { ...request, options, headers: {} }
  if (!picked) return unchanged
  const auth = exact(picked)
  const { url } = request
  if (auth.covering(url)) return { ...unchanged, auth, headers: headerRecord(options.headers) }
  const beforeDns = urlBeforeDns(request, options.servername)
  if (beforeDns && auth.covering(beforeDns)) throw afterDns()
  const untouched = attempt(auth, { url, authorizationSet: false }) as Attempt // nothing is awaited for it
  return { ...unchanged, untouched }
}

/**
 * `auth`, but that an Api with paths covers no URL whose path a server may read otherwise than it was judged: undici
 * sends `/a/../b` as it is.
 */
function exact(auth: CloudPartnerAuth): CloudPartnerAuth {
  const covering = (url: string) => {
    const covered = auth.covering(url)
    return covered?.api.paths && isAmbiguous(url) ? undefined : covered
  }
  return Object.create(auth, { covering: { value: covering } })
}

interface CoveredRequest extends Pick<RequestUrl, 'url' | 'base'> {
  readonly auth: CloudPartnerAuth
  readonly options: DispatchOptions
  readonly headers: HeaderRecord
  /** Whether a redirect led here, so that the URL stays as it is. */
  readonly redirected: boolean
}

function send(
  dispatch: Dispatch,
  { auth, url, base, options, headers, redirected }: CoveredRequest,
  handler: DispatchHandler,
): boolean | Promise<boolean> {
  const { method, signal, body } = options
  const first = attempt(auth, {
    url,
    method,
    signal: signal instanceof AbortSignal ? signal : undefined, // undici sees an emitter's abort when it sends
    authorizationSet: authorizationSet(headers),
  })
  return after(first, sendAttempt)

  function sendAttempt(attempt: Attempt): boolean {
    const held = heldAnswer(modernHandler(handler), {
      next: (status, headers, context) =>
        attempt.answered({
          status,
          url: answeringUrl(attempt.url, context),
          redirected: Number(context?.history?.length) > 1,
          challenge: challenge(headers),
          replayable: isReplayable(body),
          delivered: headers, // all that undici hands on to its caller as it is
        }),
      send: sendAttempt,
    })
    const { authorization } = attempt
    const sent = {
      ...options,
      ...sentTo(redirected ? url : attempt.url, base),
      headers: authorization ? { ...headers, authorization } : headers,
    }
    return dispatch(sent, isModern(handler) ? held : legacyHandler(held))
  }
}

/** Recognizes the hops of a request that was redirected, of which undici dispatches each by itself. */
export interface Redirects {
  /** The redirect that leads to `url` in the running call; `undefined` where a request begins. */
  hopTo(url: string): Hop | undefined
  /** `handler`, watched for a redirect of its request; `told` of the answer. */
  watched(
    handler: DispatchHandler,
    request: Hop,
    told?: (status: number, headers: Headers) => void,
  ): DispatchHandler
}

interface Hop {
  readonly url: string
  /** The covered origin where the request began; `undefined` once a hop was anywhere else, so that none gets a token. */
  readonly home: string | undefined
}

/** Undici's redirect interceptor dispatches the next hop while it is told the end of an answer, in that very call. */
export function redirects(): Redirects {
  let ending: Hop | undefined

  return {
    hopTo: url => (ending?.url === url ? ending : undefined),
    watched(given, { url, home }, told) {
      const handler = modernHandler(given)
      let hop: Hop | undefined
      const watching = passedOn(handler, {
        onResponseStart(controller, status, headers, text) {
          told?.(status, headers)
          const to = status >= 300 && status < 400 && redirectUrl(headers['location'], url)
          if (to) hop = { url: to, home }
          return handler.onResponseStart?.(controller, status, headers, text)
        },
        onResponseEnd(...facts) {
          const before = ending
          ending = hop
          try {
            handler.onResponseEnd?.(...facts)
          } finally {
            ending = before
          }
        },
      })
      return isModern(given) ? watching : legacyHandler(watching)
    },
  }
}

/** As undici dispatches it: without a fragment and a user name. */
function redirectUrl(location: Headers[string], base: string): string | undefined {
  const [first] = [location].flat()
  if (first === undefined || !URL.canParse(first, base)) return undefined
  const { origin, pathname, search } = new URL(first, base)
  return origin + pathname + search
}

/** A hop at another origin than the first if there was one, since none after it got the token; else the last hop. */
function answeringUrl(sentTo: string, context: Context | undefined): Answer['url'] {
  const [first, ...others] = context?.history ?? []
  const elsewhere = others.find(hop => hop.origin !== first?.origin)
  if (elsewhere) return elsewhere.href
  const { pathname, search } = others.at(-1) ?? first ?? new URL(sentTo)
  return new URL(sentTo).origin + pathname + search // after interceptors.dns() a hop has an address for its host
}

function challenge({ 'www-authenticate': values }: Headers): string | undefined {
  return Array.isArray(values) ? values.join(', ') : values
}

/** Calls `next` with the value: at once if it is no promise, so that nothing is awaited while a token is held. */
function after<Value extends object | undefined, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value && 'then' in value ? value.then(next) : next(value)
}

function failed(handler: DispatchHandler, error: unknown): true {
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
