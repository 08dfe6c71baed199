import { compactVerify } from 'jose'
import type { TokenIssuer } from '../authority/access-token.ts'
import type { SigningKey } from '../authority/signing-key.ts'
import type { SeenToken } from '../traffic/api-request.ts'

/** What an API made of a request's `Authorization`. */
export interface TokenVerdict {
  readonly token?: SeenToken
  /** Why the token does not count, for the log and for the challenge; absent when it does. */
  readonly refused?: string
}

/** Judges the `Authorization` header of one request at one time, for an API that takes these audiences. */
export type TokenCheck = (
  authorization: string | undefined,
  now: number,
  audiences: readonly string[],
) => Promise<TokenVerdict>

/** What a token is checked against. */
export interface TokenCheckOptions {
  readonly signingKey: () => Promise<SigningKey>
  readonly issuer: TokenIssuer
  readonly knowsTenant: (id: string) => boolean
}

type Claims = Readonly<Record<string, unknown>>

const rememberedTokens = 1000

/** Checks signature, audience, issuer, times and revocation; a signature is checked once a token. */
export function tokenCheck(options: TokenCheckOptions): TokenCheck {
  const verified = new Map<string, Promise<Claims | undefined>>()

  function verify(token: string): Promise<Claims | undefined> {
    const known = verified.get(token)
    if (known !== undefined) return known
    const claims = verifiedClaims(token, options.signingKey)
    verified.set(token, claims)
    const [oldest] = verified.keys()
    if (verified.size > rememberedTokens && oldest !== undefined) verified.delete(oldest)
    return claims
  }

  return async (authorization, now, audiences) => {
    if (authorization === undefined) return { refused: 'The access token is missing.' }
    const token = bearer(authorization)
    if (token === undefined) return { refused: 'The Authorization header is not "Bearer <token>".' }
    const shown = shownToken(authorization, now)
    if (!shown) return { refused: 'The access token is not a JWT.' }
    const claims = await verify(token)
    const refused = claims
      ? judge(claims, now, audiences, options)
      : 'The signature of the access token is not valid.'
    return { token: shown, ...(refused !== undefined && { refused }) }
  }
}

function judge(
  claims: Claims,
  now: number,
  audiences: readonly string[],
  options: TokenCheckOptions,
): string | undefined {
  const { aud, iss, tid, nbf, exp, uti } = claims
  if (!audiences.includes(String(aud))) {
    return `The audience of the access token is ${String(aud)}; ${audiences[0]} is wanted.`
  }
  if (iss !== `https://sts.windows.net/${String(tid)}/` || !options.knowsTenant(String(tid))) {
    return 'The issuer of the access token is not known.'
  }
  if (now >= Number(exp) * 1000) return 'The access token has expired.'
  if (now < Number(nbf) * 1000) return 'The access token is not valid yet.'
  if (options.issuer.revoked(String(uti))) return 'The access token has been revoked.'
  return undefined
}

async function verifiedClaims(
  token: string,
  signingKey: () => Promise<SigningKey>,
): Promise<Claims | undefined> {
  const { publicKey } = await signingKey()
  try {
    const { payload } = await compactVerify(token, publicKey, { algorithms: ['RS256'] })
    return JSON.parse(Buffer.from(payload).toString('utf8')) as Claims
  } catch {
    // The client is told the same whatever is wrong with the signature.
    return undefined
  }
}

/** The token of an `Authorization` header, decoded and not verified. */
export function shownToken(authorization: string | undefined, now: number): SeenToken | undefined {
  const claims = decode(bearer(authorization) ?? '')
  return claims && seen(claims, now)
}

function bearer(authorization: string | undefined): string | undefined {
  return /^Bearer +([^\s,]+)$/i.exec(authorization ?? '')?.[1]
}

// Not to be trusted: it shows people what they sent even when it is refused.
function decode(token: string): Claims | undefined {
  const parts = token.split('.')
  if (parts.length !== 3) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'))
    return typeof claims === 'object' && claims !== null ? (claims as Claims) : undefined
  } catch {
    return undefined
  }
}

function seen(claims: Claims, now: number): SeenToken {
  const issuedAt = typeof claims['iat'] === 'number' ? claims['iat'] * 1000 : now
  return { id: String(claims['uti'] ?? claims['jti'] ?? ''), age: now - issuedAt, claims }
}
