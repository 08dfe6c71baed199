import type { Route } from '../http/route.ts'
import type { TokenSeed } from '../seed/seed.ts'
import type { TokenIssuer } from './access-token.ts'
import type { Directory } from './directory.ts'
import { tokenEndpoint } from './token-endpoint.ts'

/** What the emulated Entra consists of. */
export interface Authority {
  readonly directory: Directory
  readonly issuer: TokenIssuer
  /** Whether its tenants know a resource. */
  readonly knows: (resource: string) => boolean
  readonly tokens: TokenSeed
  readonly origin: () => string
}

/** Everything the authority answers to. */
export function authorityRoutes(authority: Authority): Route[] {
  return [
    tokenEndpoint(authority, 'v1', '/:tenant/oauth2/token'),
    tokenEndpoint(authority, 'v2', '/:tenant/oauth2/v2.0/token'),
  ]
}
