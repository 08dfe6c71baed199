import type { Authority } from '../authority/authority.ts'
import type { TokenFetch } from '../authority/token-request.ts'
import type { AcquireRequest } from '../credential/credential.ts'
import type { Presented } from './proof/proof.ts'

/** One of the two token endpoints of a tenant, and how it is asked. */
export interface Endpoint {
  readonly version: 'v1' | 'v2'
  /** Resolves with the body of the token response. */
  send(request: ServicePrincipalRequest): Promise<unknown>
}

/** One token request of a service principal, ready to be sent. */
export interface ServicePrincipalRequest extends AcquireRequest {
  readonly authority: Authority
  readonly clientId: string
  readonly presented: Presented
  readonly fetch: TokenFetch | undefined
}
