import type { Call } from '../http/call.ts'
import type { Principal, TokenIssuer } from './access-token.ts'
import type { RequestedClaims } from './requested-claims.ts'

/** What a client is handed: a token and what it is told about it. */
export interface HandedToken {
  readonly id: string
  readonly token: string
  readonly notBefore: number
  /** As the client is told, whatever the token itself says. */
  readonly expiresAt: number
}

/** What a token is asked for. */
interface TokenOrder {
  readonly principal: Principal
  readonly audience: string
  readonly authenticatedBy: '1' | '2'
  readonly lifetime: number
  readonly requested?: RequestedClaims
}

/** Hands out tokens, and misbehaves as the fault of a request says. */
export type TokenDesk = (call: Call, order: TokenOrder) => Promise<HandedToken>

// Tokens count from five minutes before they are issued, for clocks that are behind.
const validBefore = 5 * 60_000

/** Hands out tokens of `issuer`. */
export function tokenDesk(issuer: TokenIssuer): TokenDesk {
  const last = new Map<string, HandedToken>()
  return async ({ now, fault }, order) => {
    const { principal, audience, authenticatedBy, lifetime, requested } = order
    const key = `${principal.tenantId} ${principal.clientId} ${audience}`
    const previous = last.get(key)
    if (fault?.fault.type === 'same-token' && previous) return previous

    const notBefore =
      requested?.notBefore === undefined ? now - validBefore : requested.notBefore * 1000
    const lasts = fault?.fault.type === 'expire-early' ? fault.fault.lifetime : lifetime
    const issued = await issuer.issue({
      principal,
      audience,
      authenticatedBy,
      now,
      notBefore,
      expiresAt: now + lasts,
      claims: requested?.claims ?? {},
    })
    const handed = { ...issued, notBefore, expiresAt: now + lifetime }
    last.set(key, handed)
    return handed
  }
}
