import {
  compactVerify,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  type JSONWebKeySet,
  type JWTPayload,
} from 'jose'
import { aadsts } from './aadsts.ts'
import type { App } from './app.ts'

/** What an assertion is judged by. */
export interface AssertionRules {
  readonly now: number
  /** Whether an `aud` names this authority's tenant. */
  readonly isAudience: (audience: string) => boolean
  /** The keys of the emulator's own identity provider. */
  readonly providerKeys: () => Promise<JSONWebKeySet>
}

/** What kind of credential an assertion was. */
export type AssertedBy = 'certificate' | 'federated'

/**
 * Verifies a client assertion: one that the app signed with its certificate (RFC 7523), or a token of
 * another issuer that the app trusts.
 *
 * @throws AadstsError that says why it does not hold.
 */
export async function verifyClientAssertion(
  app: App,
  assertion: string,
  rules: AssertionRules,
): Promise<AssertedBy> {
  const { header, claims } = decode(assertion)
  const issuer = claims.iss ?? ''
  if (/^https?:/i.test(issuer)) {
    await verifyFederated(app, assertion, claims, rules)
    return 'federated'
  }
  if (issuer.toLowerCase() !== app.clientId) throw aadsts(700021)
  if (claims.sub !== issuer) throw aadsts(50048)
  await verifySelfSigned(app, assertion, header, claims, rules)
  return 'certificate'
}

async function verifySelfSigned(
  app: App,
  assertion: string,
  header: Header,
  claims: JWTPayload,
  rules: AssertionRules,
): Promise<void> {
  const thumbprint = header['x5t#S256'] ?? header.x5t
  if (typeof thumbprint !== 'string') throw aadsts(700027, 'The key was not found.', 'none')
  const certificate = app.certificates.find(
    known => known.thumbprintSha256 === thumbprint || known.thumbprint === thumbprint,
  )
  if (!certificate) throw aadsts(700027, 'The key was not found.', thumbprint)
  if (!(await signed(assertion, certificate.publicKey))) {
    throw aadsts(
      700027,
      'The key was found, but use of the key to verify the signature failed.',
      thumbprint,
    )
  }
  if (certificate.expiresAt <= rules.now)
    throw aadsts(700027, 'The key used is expired.', thumbprint)
  if (!rules.isAudience(String(claims.aud))) throw aadsts(700023)
  checkTimes(claims, rules.now)
}

async function verifyFederated(
  app: App,
  assertion: string,
  claims: JWTPayload,
  rules: AssertionRules,
): Promise<void> {
  const byIssuer = app.federatedCredentials.filter(({ issuer }) => issuer === claims.iss)
  if (byIssuer.length === 0) throw aadsts(700211, String(claims.iss))
  const bySubject = byIssuer.filter(({ subject }) => subject === claims.sub)
  if (bySubject.length === 0) throw aadsts(700213, String(claims.sub))
  const credential = bySubject.find(({ audience }) => audience === claims.aud)
  if (!credential) throw aadsts(7002121, String(claims.aud))
  const keys = createLocalJWKSet(credential.jwks ?? (await rules.providerKeys()))
  if (!(await signed(assertion, keys))) throw aadsts(50013)
  checkTimes(claims, rules.now)
}

type Header = ReturnType<typeof decodeProtectedHeader> & { readonly 'x5t#S256'?: unknown }

function decode(assertion: string): { header: Header; claims: JWTPayload } {
  try {
    const header: Header = decodeProtectedHeader(assertion)
    const claims = decodeJwt(assertion)
    // Entra takes one audience only.
    if (typeof claims.aud === 'string' && typeof claims.exp === 'number') return { header, claims }
  } catch {
    // Entra says no more of it than the error below.
  }
  throw aadsts(50027)
}

async function signed(
  assertion: string,
  key: Parameters<typeof compactVerify>[1] | ReturnType<typeof createLocalJWKSet>,
): Promise<boolean> {
  const options = { algorithms: ['RS256', 'PS256'] }
  try {
    // Two calls, as the overloads of jose tell a key from a function that finds one.
    if (typeof key === 'function') await compactVerify(assertion, key, options)
    else await compactVerify(assertion, key, options)
    return true
  } catch {
    // The client is told the same whatever is wrong with the signature.
    return false
  }
}

// Libraries sign assertions as valid from now on, by clocks that may be ahead.
const skew = 5 * 60_000

function checkTimes({ nbf = 0, exp = 0 }: JWTPayload, now: number): void {
  if (nbf * 1000 <= now + skew && now < exp * 1000) return
  const [current, from, until] = [now, nbf * 1000, exp * 1000].map(ms => new Date(ms).toISOString())
  throw aadsts(700024, current ?? '', from ?? '', until ?? '')
}
