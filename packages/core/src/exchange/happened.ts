import type { Answer, Api } from '../api/api.ts'
import type { CloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import type { AccessToken } from '../token/access-token.ts'
import type { NotResent } from '../token/token-event.ts'

/** What happened to one request that had no success. */
export interface Happened {
  /** Origin and path, as it was sent. */
  readonly url: string
  /** The Api that the URL belongs to; absent: none, and the request went out untouched. */
  readonly api?: Api | undefined
  /** Which Authorization header we know it to have carried: a token of ours, the caller's own, or none of ours. */
  readonly authorization: 'token' | 'own' | 'none'
  /** How old the token was when the answer came, in milliseconds. */
  readonly tokenAge?: number | undefined
  /** What became of the refusal of our token; absent: the answer was none. */
  readonly refusal?: Refusal | undefined
  /** Why renewing the token failed, if it did. */
  readonly failure?: CloudPartnerAuthError | undefined
}

/**
 * `resent`: this is the answer to the second sending, with a renewed token. `elsewhere`: a redirect led to another origin,
 * where the token did not go. Else the request was not sent again, for this reason.
 */
export type Refusal = 'resent' | 'elsewhere' | NotResent

/** Keeps what happened for `auth.explain()`, where the answer is no success; a success costs a comparison. */
export function record(
  auth: { remember?: ((answer: object, happened: Happened) => void) | undefined },
  { status, delivered }: Answer,
  happened: () => Happened,
): undefined {
  if (status >= 400 && delivered) auth.remember?.(delivered, happened())
}

/** What happened to a request that carried a token of ours. */
export function carrying(
  api: Api,
  { url, token }: { readonly url: string; readonly token: AccessToken },
): Happened {
  const tokenAge = Math.max(0, Date.now() - token.acquiredAt)
  return { url: withoutQuery(url), api, authorization: 'token', tokenAge }
}

/** Origin and path of a URL: a query may hold what is nobody's business. */
export function withoutQuery(url: string): string {
  if (!URL.canParse(url)) return 'a URL that cannot be parsed'
  const { origin, pathname } = new URL(url)
  return origin + pathname
}
