import { parsedUrl } from '../api/url.ts'
import type { Auth, Covering } from '../cloud-partner-auth.ts'
import { type AccessToken, sameToken } from '../token/access-token.ts'
import type { NotResent } from '../token/token-event.ts'
import { claimsOf } from './claims-challenge.ts'
import { type Answer, type Attempt, lastAttempt, type RequestFacts } from './exchange.ts'

/** A request that the API refused, with the token it carried. */
export interface Refused extends Pick<RequestFacts, 'url' | 'method' | 'signal'> {
  readonly token: AccessToken
}

/** Has the refused token renewed. Resolves with the attempt to make with the new one, or `undefined` for none. */
export async function afterRefusal(
  auth: Auth,
  { api, source }: Covering,
  refused: Refused,
  answer: Answer,
): Promise<Attempt | undefined> {
  if (!carriedOurToken(refused.url, answer.url)) return undefined
  const url = withoutQuery(refused.url)
  const notResent = (why: NotResent) =>
    auth.observe({ type: 'request_not_resent', api: api.name, url, why })

  const { token, signal } = refused
  const renewal = source.renew(token, { claims: claimsOf(answer.challenge ?? ''), signal })
  const never = auth.resend ? neverResent(refused, answer) : 'resend_off'
  if (never) {
    renewal.catch(() => {}) // in the background, for the next request; its failure is an event of the source
    return void notResent(never)
  }
  const renewed = await renewal.catch(() => signal?.throwIfAborted())
  if (!renewed) return void notResent('renewal_failed')
  if (renewed === token) return void notResent('renewal_paused')
  if (sameToken(renewed, token)) return void notResent('same_token')
  auth.observe({ type: 'request_resent', api: api.name, url })
  return lastAttempt(refused.url, renewed)
}

function neverResent(sent: Refused, answer: Answer): NotResent | undefined {
  if (!answer.replayable) return 'body_not_replayable'
  // Whoever redirected a POST (303) has acted on it; another would be a second one.
  const safe = /^(get|head|options)$/i.test(sent.method ?? 'GET')
  return safe || sameUrl(sent.url, answer.url) ? undefined : 'redirected'
}

/** A redirect to another origin loses the token on the way, so what is said there is not said about the token. */
function carriedOurToken(sentTo: string, answeredBy: string): boolean {
  const by = parsedUrl(answeredBy)
  return !by || by.origin === new URL(sentTo).origin
}

/** Of two URLs of one origin. Where the client does not say who answered, it may have been anybody. */
function sameUrl(sentTo: string, answeredBy: string): boolean {
  const { pathname, search } = new URL(sentTo)
  const by = parsedUrl(answeredBy)
  return by?.pathname === pathname && by.search === search
}

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}
