import type { Answer } from '../api/api.ts'
import { parsedUrl } from '../api/url.ts'
import type { CloudPartnerAuth, Covering } from '../cloud-partner-auth.ts'
import { type AccessToken, sameToken } from '../token/access-token.ts'
import type { NotResent } from '../token/token-event.ts'
import { claimsOf } from './claims-challenge.ts'

/** A request that the API refused, with the token it carried. */
export interface Refused {
  /** As it was sent, version included. */
  readonly url: string
  /** Default: `GET`. */
  readonly method?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly token: AccessToken
}

/** Has the refused token renewed. Resolves with the token to send the request again with; `undefined`: it is not resent. */
export async function renewedToken(
  auth: CloudPartnerAuth,
  { api, source }: Covering,
  refused: Refused,
  answer: Answer,
): Promise<AccessToken | undefined> {
  if (!carriedOurToken(refused.url, answer.url)) return undefined
  const url = withoutQuery(refused.url)
  const notResent = (why: NotResent) =>
    auth.observe({ type: 'request_not_resent', api: api.name, url, why })

  const { token, signal } = refused
  const claims = claimsOf(answer.challenge ?? '')
  const never = auth.resend ? neverResent(refused, answer) : 'resend_off'
  if (never) {
    // For the next request; a failure is an event of the source.
    source.renew(token, { claims, background: true }).catch(() => {})
    return void notResent(never)
  }
  const renewed = await source
    .renew(token, { claims, signal })
    .catch(() => signal?.throwIfAborted())
  if (!renewed) return void notResent('renewal_failed')
  if (renewed === token) return void notResent('renewal_paused')
  if (sameToken(renewed, token)) return void notResent('same_token')
  auth.observe({ type: 'request_resent', api: api.name, url })
  return renewed
}

function neverResent(sent: Refused, answer: Answer): NotResent | undefined {
  if (!answer.replayable) return 'body_not_replayable'
  // Whoever redirected a POST (303) has acted on it; another would be a second one.
  const safe = /^(get|head|options)$/i.test(sent.method ?? 'GET')
  return safe || sameUrl(sent.url, answer.url) ? undefined : 'redirected'
}

/** A redirect to another origin drops the token, so a 401 from there says nothing about it. */
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
