import { withVersion } from '../api/version-parameter.ts'
import type { Auth } from '../cloud-partner-auth.ts'
import type { AccessToken } from '../token/access-token.ts'

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
  if (!covering) return lastAttempt(request.url)
  const { api, source } = covering
  const url = api.version ? withVersion(request.url, api.version) : request.url
  if (request.authorizationSet) return lastAttempt(url)
  const token = await source.get(request)
  return {
    url,
    authorization: bearer(token),
    async answered(answer) {
      if (!(api.refuses?.(answer) ?? answer.status === 401)) return undefined
      const { method, signal } = request
      // Loaded with the first refusal. If its file has gone, as when an application is replaced under a running process,
      // the answer is the caller's.
      const refusal = await import('./refusal.ts').catch(() => undefined)
      return refusal?.afterRefusal(auth, covering, { url, token, method, signal }, answer)
    },
  }
}

/** An attempt whose answer is the caller's, whatever it is. */
export function lastAttempt(url: string, token?: AccessToken): Attempt {
  return {
    url,
    ...(token && { authorization: bearer(token) }),
    answered: async () => undefined,
  }
}

function bearer(token: AccessToken): string {
  return `Bearer ${token.reveal()}`
}
