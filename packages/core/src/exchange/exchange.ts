import type { Answer, Api } from '../api/api.ts'
import type { Covering } from '../api/coverage.ts'
import { withVersion } from '../api/version-parameter.ts'
import type { CloudPartnerAuth } from '../cloud-partner-auth.ts'
import type { AccessToken } from '../token/access-token.ts'
import { carrying, record, withoutQuery } from './happened.ts'
import { renewedToken } from './refusal.ts'

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
  /** Takes the answer to this attempt and gives the one to send next, if the answer called for one. */
  answered(answer: Answer): Promise<Attempt | undefined> | undefined
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
export async function authorized<Result>(
  auth: CloudPartnerAuth,
  exchange: Exchange<Result>,
): Promise<Result> {
  const begun = attempt(auth, exchange)
  const first = 'answered' in begun ? begun : await begun
  const result = await exchange.send(first)
  const answer = exchange.answer(result)
  if (!answer) return result
  let next: Attempt | undefined
  try {
    const renewing = first.answered(answer)
    if (!renewing) return result
    next = await renewing
  } catch (thrown) {
    if (!exchange.signal?.aborted) return result // what failed is ours or the Api's; the answer is the caller's
    await exchange.discard(result)
    throw thrown
  }
  if (!next) return result
  await exchange.discard(result)
  const last = await exchange.send(next)
  const lastAnswer = exchange.answer(last)
  if (lastAnswer) await next.answered(lastAnswer)
  return last
}

/**
 * The first sending of a request; no promise where nothing has to be waited for. Rejects with a `CloudPartnerAuthError`
 * when no token can be had (the request must then not be sent) and with the signal's reason when it is aborted while
 * waiting for one.
 */
export function attempt(auth: CloudPartnerAuth, request: RequestFacts): Attempt | Promise<Attempt> {
  const covering = auth.covering(request.url)
  if (!covering) return untouched(auth, request.url, 'not_covered')
  const { api, source } = covering
  const url = api.version ? withVersion(request.url, api.version) : request.url
  if (request.authorizationSet) return untouched(auth, url, 'own_authorization', api)
  const signal = abortSignal(request.signal)
  const sent = { url, method: request.method, signal }
  const token = signal?.aborted ? undefined : source.current()
  if (token) return firstAttempt(auth, covering, { ...sent, token })
  return source.get({ signal }).then(token => firstAttempt(auth, covering, { ...sent, token }))
}

interface Sent extends Pick<RequestFacts, 'url' | 'method' | 'signal'> {
  readonly token: AccessToken
}

function firstAttempt(auth: CloudPartnerAuth, covering: Covering, sent: Sent): Attempt {
  const { url, token } = sent
  return {
    url,
    authorization: bearer(token),
    answered(answer) {
      const { api } = covering
      if (api.refuses?.(answer) ?? answer.status === 401) {
        return renewedToken(auth, covering, sent, answer).then(
          renewed => renewed && secondAttempt(auth, covering, { ...sent, token: renewed }, answer),
        )
      }
      record(auth, answer, () => carrying(api, sent))
      return undefined
    },
  }
}

function secondAttempt(
  auth: CloudPartnerAuth,
  { api, source }: Covering,
  sent: Sent,
  first: Answer,
): Attempt {
  const { url, token } = sent
  return {
    url,
    authorization: bearer(token),
    answered(answer) {
      if (first.status === 403 && answer.status < 400) source.trust(token)
      record(auth, answer, () => ({ ...carrying(api, sent), refusal: 'resent' as const }))
      return undefined
    },
  }
}

/** An attempt that carries no token of ours. */
function untouched(
  auth: CloudPartnerAuth,
  url: string,
  why: 'not_covered' | 'own_authorization',
  api?: Api,
): Attempt {
  auth.observe?.({ type: 'request_not_authorized', why, api: api?.name, url: withoutQuery(url) })
  const authorization = why === 'not_covered' ? 'none' : 'own'
  return {
    url,
    answered: answer =>
      record(auth, answer, () => ({ url: withoutQuery(url), api, authorization })),
  }
}

function bearer(token: AccessToken): string {
  return `Bearer ${token.reveal()}`
}

/** What is no AbortSignal is left for the client to complain of. */
function abortSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  return typeof signal?.addEventListener === 'function' && 'aborted' in signal ? signal : undefined
}
