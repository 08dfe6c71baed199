import type { Route } from '../http/route.ts'
import type { Authority } from './authority.ts'
import { discoveryRoutes } from './discovery.ts'
import { tokenEndpoint } from './token-endpoint.ts'

/** Everything the authority answers to. */
export function authorityRoutes(authority: Authority): Route[] {
  return [
    tokenEndpoint(authority, 'v1', '/:tenant/oauth2/token'),
    tokenEndpoint(authority, 'v2', '/:tenant/oauth2/v2.0/token'),
    ...discoveryRoutes(authority),
  ]
}
