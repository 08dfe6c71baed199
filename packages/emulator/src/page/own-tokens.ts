import type { TokenIssuer } from '../authority/access-token.ts'
import type { Directory } from '../authority/directory.ts'

/** Tokens that the page puts into the commands which it offers for copying. */
export interface OwnTokens {
  /** A fresh token, for the app with this client id or else for the first one; nothing without any app. */
  issue(audience: string, clientId?: unknown): Promise<string | undefined>
  /** Whether a token came from here, so that no client asked for it. */
  has(tokenId: string): boolean
}

/** What the page's tokens are issued by and for. */
export interface OwnTokenParts {
  readonly issuer: TokenIssuer
  readonly directory: () => Directory
  readonly lifetime: number
  readonly now: () => number
}

/** Issues tokens as a correct token request would get them, whatever faults are active. */
export function ownTokens({ issuer, directory, lifetime, now }: OwnTokenParts): OwnTokens {
  const issued = new Set<string>()
  return {
    async issue(audience, clientId) {
      const apps = directory().tenants.flatMap(tenant => tenant.apps)
      const principal = apps.find(app => app.clientId === clientId) ?? apps[0]
      if (!principal) return undefined
      const at = now()
      const { id, token } = await issuer.issue({
        principal,
        audience,
        authenticatedBy: '1',
        now: at,
        notBefore: at,
        expiresAt: at + lifetime,
        claims: {},
      })
      issued.add(id)
      return token
    },
    has: tokenId => issued.has(tokenId),
  }
}
