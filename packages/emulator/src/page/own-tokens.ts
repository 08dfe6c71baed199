import type { TokenIssuer } from '../authority/access-token.ts'
import type { Directory } from '../authority/directory.ts'

/** The tokens in the commands that the page offers for copying. */
export interface OwnTokens {
  /** Issues a token to the app with this client id, else to the first app; `undefined` when there is none. */
  issue(audience: string, clientId?: unknown): Promise<string | undefined>
  /** True for a token that was issued here and that no client asked for. */
  has(tokenId: string): boolean
}

/** What issuing the page's tokens takes. */
export interface OwnTokenParts {
  readonly issuer: TokenIssuer
  readonly directory: () => Directory
  readonly lifetime: number
  readonly now: () => number
}

/** Issues tokens past the token endpoints, so that no fault applies to them. */
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
