import { randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import type { SigningKey } from './signing-key.ts'

/** Issues access tokens and can take back those issued so far. */
export interface TokenIssuer {
  issue(grant: Grant): Promise<IssuedToken>
  /** Every token issued until now counts as revoked. */
  revokeAll(): void
  revoked(tokenId: string): boolean
  /** The newest tokens, decoded. */
  readonly recent: readonly DecodedToken[]
}

/** A token that was issued, without what would make it usable. */
interface DecodedToken {
  readonly id: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** Who a token is issued to. */
export interface Principal {
  readonly tenantId: string
  readonly clientId: string
  readonly objectId: string
}

/** What a token is issued for. */
interface Grant {
  readonly principal: Principal
  readonly audience: string
  /** `1` for a secret, `2` for an assertion, as the `appidacr` claim has it. */
  readonly authenticatedBy: '1' | '2'
  readonly now: number
  readonly notBefore: number
  readonly expiresAt: number
  /** Claims besides those of every token. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** A signed token and its id. */
interface IssuedToken {
  readonly id: string
  readonly token: string
}

const recentTokens = 100

/** Issues tokens with the claims of the v1 format, which the portal's resource has on both endpoints. */
export function tokenIssuer(signingKey: () => Promise<SigningKey>): TokenIssuer {
  // Half of a token id is its number, so that revoking a million tokens takes one comparison.
  let issued = 0
  let revokedThrough = 0
  let spared = new Set<number>()
  const beingSigned = new Set<number>()
  const recent: DecodedToken[] = []
  return {
    recent,
    async issue(grant) {
      const key = await signingKey()
      const number = ++issued
      const id = tokenId(number)
      beingSigned.add(number)
      // The token's own claims come last, so that a client cannot overwrite them.
      const claims = { ...grant.claims, ...tokenClaims(grant, id) }
      const token = await new SignJWT(claims)
        .setProtectedHeader({ typ: 'JWT', alg: 'RS256', x5t: key.id, kid: key.id })
        .sign(key.privateKey)
        .finally(() => beingSigned.delete(number))
      recent.push({ id, claims })
      if (recent.length > recentTokens) recent.shift()
      return { id, token }
    },
    revokeAll() {
      revokedThrough = issued
      // These are still being signed: nobody has them yet, so the revocation does not cover them.
      spared = new Set(beingSigned)
    },
    revoked(id) {
      const number = tokenNumber(id)
      return number <= revokedThrough && !spared.has(number)
    },
  }
}

function tokenClaims(grant: Grant, id: string): Record<string, unknown> {
  const { tenantId, clientId, objectId } = grant.principal
  const issuer = `https://sts.windows.net/${tenantId}/`
  return {
    aud: grant.audience,
    iss: issuer,
    iat: seconds(grant.now),
    nbf: seconds(grant.notBefore),
    exp: seconds(grant.expiresAt),
    aio: randomBytes(39).toString('base64'),
    appid: clientId,
    appidacr: grant.authenticatedBy,
    idp: issuer,
    idtyp: 'app',
    oid: objectId,
    rh: `1.${randomBytes(36).toString('base64url')}.`,
    sub: objectId,
    tid: tenantId,
    uti: id,
    ver: '1.0',
  }
}

function tokenId(number: number): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(number, 10, 6)
  return bytes.toString('base64url')
}

function tokenNumber(id: string): number {
  const bytes = Buffer.from(id, 'base64url')
  return bytes.length === 16 ? bytes.readUIntBE(10, 6) : 0
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
