import type { Answer, Api } from '../api/api.ts'
import type { Covering } from '../api/coverage.ts'
import { parsedUrl } from '../api/url.ts'
import type { CloudPartnerAuth } from '../cloud-partner-auth.ts'
import { type CloudPartnerAuthError, isCloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import { type AccessToken, sameToken } from '../token/access-token.ts'
import type { NotResent } from '../token/token-event.ts'
import { claimsOf } from './claims-challenge.ts'
import { carrying, type Refusal, record, withoutQuery } from './happened.ts'

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
  const notResent = (refusal: Refusal, failure?: CloudPartnerAuthError) => {
    record(auth, answer, () => ({ ...carrying(api, refused), refusal, failure }))
    if (refusal !== 'elsewhere')
      auth.observe?.({ type: 'request_not_resent', ...named, why: refusal as NotResent })
    return undefined
  }
  const named = { api: api.name, url: withoutQuery(refused.url) }
  if (!saidOfOurToken(auth, api, refused.url, answer.url)) return notResent('elsewhere')

  const { token, signal } = refused
  const claims = claimsOf(answer.challenge ?? '')
  const doubted = answer.status === 403
  const never = auth.resend ? neverResent(refused, answer) : 'resend_off'
  if (never) {
    // For the next request; a failure is an event of the source.
    source.renew(token, { claims, doubted, background: true }).catch(() => {})
    return notResent(never)
  }
  let failure: CloudPartnerAuthError | undefined
  const renewed = await source.renew(token, { claims, doubted, signal }).catch(thrown => {
    signal?.throwIfAborted()
    failure = isCloudPartnerAuthError(thrown) ? thrown : undefined
  })
  if (!renewed) return notResent('renewal_failed', failure)
  if (renewed === token) return notResent('renewal_paused')
  if (sameToken(renewed, token)) return notResent('same_token')
  auth.observe?.({ type: 'request_resent', ...named })
  return renewed
}

function neverResent(sent: Refused, answer: Answer): NotResent | undefined {
  if (!answer.replayable) return 'body_not_replayable'
  // Whoever redirected a POST (303) has acted on it; another would be a second one.
  const safe = /^(get|head|options)$/i.test(sent.method ?? 'GET')
  const direct = !answer.redirected && sameUrl(sent.url, answer.url)
  return safe || direct ? undefined : 'redirected'
}

/**
 * A redirect to another origin drops the token, and one to another Api's path of the same origin has none that it takes,
 * so a 401 from there says nothing about it.
 */
function saidOfOurToken(
  auth: CloudPartnerAuth,
  { audience }: Api,
  sentTo: string,
  answeredBy: string,
): boolean {
  const by = parsedUrl(answeredBy)
  if (!by) return true
  const isSameOrigin = by.origin === new URL(sentTo).origin
  return isSameOrigin && auth.covering(by.href)?.api.audience === audience
}

/** Of two URLs of one origin. Where the client does not say who answered, it may have been anybody. */
function sameUrl(sentTo: string, answeredBy: string): boolean {
  const { pathname, search } = new URL(sentTo)
  const by = parsedUrl(answeredBy)
  return by?.pathname === pathname && by.search === search
}
