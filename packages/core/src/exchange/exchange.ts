import { withVersion } from '../api/version-parameter.ts'
import type { Auth, Covering } from '../cloud-partner-auth.ts'
import { type AccessToken, sameToken } from '../token/access-token.ts'
import type { NotResent } from '../token/token-event.ts'

/** What an adapter tells about a request before it is sent. */
export interface RequestFacts {
  /** The whole URL, exactly as the client would send it. */
  readonly url: string
  /** Default: `GET`. */
  readonly method?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Whether the caller set an Authorization of its own, in whatever way the client has. */
  readonly authorizationSet: boolean
}

/** One sending of a request: where to, and with which Authorization header. */
export interface Attempt {
  /** The URL with the API's version. */
  readonly url: string
  /** Value for the Authorization header; absent: nothing to add. */
  readonly authorization?: string
  /** Takes the answer to this attempt; resolves with the attempt to make next, or `undefined` if this was the last. */
  answered(answer: Answer): Promise<Attempt | undefined>
}

/** What an adapter tells about an answer. */
export interface Answer {
  readonly status: number
  /**
   * URL of the hop that answered, after redirects; empty where the client does not know: then a refused POST is not sent
   * again, since a redirect may have come after it had taken effect.
   */
  readonly url: string
  /** `WWW-Authenticate`, several joined by a comma. */
  readonly challenge?: string | undefined
  /** Whether the request can be sent again as it was, body included. */
  readonly replayable: boolean
}

/** One request as one client sends it. */
export interface Exchange<Result> extends RequestFacts {
  send(attempt: Attempt): Promise<Result>
  /** The facts of a result; `undefined` where no answer came. */
  answer(result: Result): Answer | undefined
  /** Gives up an answer that is not delivered, so that its connection is free again. */
  discard(result: Result): void | Promise<void>
}

/** Sends one exchange: with a token if its URL is covered, and once more if that token was refused and renewed. */
export async function authorized<Result>(auth: Auth, exchange: Exchange<Result>): Promise<Result> {
  const first = await attempt(auth, exchange)
  const result = await exchange.send(first)
  const answer = exchange.answer(result)
  if (!answer) return result
  let next: Attempt | undefined
  try {
    next = await first.answered(answer)
  } catch (thrown) {
    if (!exchange.signal?.aborted) return result // what failed is ours or the Api's; the answer is the caller's
    await exchange.discard(result)
    throw thrown
  }
  if (!next) return result
  await exchange.discard(result)
  return exchange.send(next)
}

/**
 * The first sending of a request. Rejects with a `CloudPartnerAuthError` when no token can be had (the request must
 * then not be sent) and with the signal's reason when it is aborted while waiting for one.
 */
export async function attempt(auth: Auth, request: RequestFacts): Promise<Attempt> {
  const covering = auth.covering(request.url)
  if (!covering) return last(request.url)
  const { api, source } = covering
  const url = api.version ? withVersion(request.url, api.version) : request.url
  if (request.authorizationSet) return last(url)
  const token = await source.get(request)
  return {
    url,
    authorization: bearer(token),
    answered: answer =>
      answered(
        auth,
        covering,
        { url, token, method: request.method, signal: request.signal },
        answer,
      ),
  }
}

async function answered(
  auth: Auth,
  { api, source }: Covering,
  sent: Omit<RequestFacts, 'authorizationSet'> & { readonly token: AccessToken },
  answer: Answer,
): Promise<Attempt | undefined> {
  const refused = api.refuses?.(answer) ?? answer.status === 401
  if (!refused || !carriedOurToken(sent.url, answer.url)) return undefined
  const url = withoutQuery(sent.url)
  const notResent = (why: NotResent) =>
    auth.observe({ type: 'request_not_resent', api: api.name, url, why })

  const claims = await challengedClaims(answer.challenge)
  const renewal = source.renew(sent.token, { claims, signal: sent.signal })
  const never = auth.resend ? neverResent(sent, answer) : 'resend_off'
  if (never) {
    renewal.catch(() => {}) // in the background, for the next request; its failure is an event of the source
    return void notResent(never)
  }
  const renewed = await renewal.catch(() => sent.signal?.throwIfAborted())
  if (!renewed) return void notResent('renewal_failed')
  if (renewed === sent.token) return void notResent('renewal_paused')
  if (sameToken(renewed, sent.token)) return void notResent('same_token')
  auth.observe({ type: 'request_resent', api: api.name, url })
  return { ...last(sent.url), authorization: bearer(renewed) }
}

function neverResent(
  sent: { url: string; method?: string | undefined },
  answer: Answer,
): NotResent | undefined {
  if (!answer.replayable) return 'body_not_replayable'
  // Whoever redirected a POST (303) has acted on it; another would be a second one.
  const safe = /^(get|head|options)$/i.test(sent.method ?? 'GET')
  return safe || sameUrl(sent.url, answer.url) ? undefined : 'redirected'
}

/** The parser is loaded for the first claims challenge: most APIs, this one included, never send any. */
async function challengedClaims(challenge: string | undefined): Promise<string | undefined> {
  if (!challenge?.includes('insufficient_claims')) return undefined
  const { claimsOf } = await import('./claims-challenge.ts')
  return claimsOf(challenge)
}

function last(url: string): Attempt {
  return { url, answered: async () => undefined }
}

/** A redirect to another origin loses the token on the way, so what is said there is not said about the token. */
function carriedOurToken(sentTo: string, answeredBy: string): boolean {
  return !URL.canParse(answeredBy) || new URL(sentTo).origin === new URL(answeredBy).origin
}

/** Where the client does not say who answered, it may have been anybody. */
function sameUrl(sentTo: string, answeredBy: string): boolean {
  if (!URL.canParse(answeredBy)) return false
  const [to, by] = [new URL(sentTo), new URL(answeredBy)]
  return to.origin + to.pathname + to.search === by.origin + by.pathname + by.search
}

function bearer(token: AccessToken): string {
  return `Bearer ${token.reveal()}`
}

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}
