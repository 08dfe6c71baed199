import { type Authority, authority, checkedClientId } from '../authority/authority.ts'
import { readTokenResponse } from '../authority/token-response.ts'
import { withCapabilities } from './claims.ts'
import type { AcquireRequest, Credential } from './credential.ts'
import type { Proof } from './proof/proof.ts'

/** What every credential of a service principal needs. */
export interface ServicePrincipalOptions {
  /** The tenant's GUID or one of its domain names. */
  readonly tenantId: string
  /** The application (client) ID, a GUID. */
  readonly clientId: string
  /**
   * Origin of the authority: one of `authorityHosts` or any other. Default: `AZURE_AUTHORITY_HOST`, else the public
   * cloud. Http is for loopback only.
   */
  readonly authorityHost?: string | undefined
  /** Azure region whose regional token endpoint is used, such as `westeurope`. Default: the global endpoint. */
  readonly region?: string | undefined
  /**
   * Client capabilities to declare. `['cp1']` says that claims challenges are understood, and makes the
   * authority issue long-lived tokens for the APIs that send them. Default: none.
   */
  readonly capabilities?: readonly string[] | undefined
  /** Sends the token requests: the place for a proxy, a custom CA or mTLS. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/** One token request of a service principal, ready to be sent. */
export interface ServicePrincipalRequest extends AcquireRequest {
  readonly authority: Authority
  readonly clientId: string
  readonly proof: Proof
  /** What `proof` read for this request. */
  readonly proven: string
  readonly fetch: typeof globalThis.fetch | undefined
}

/** A credential of a service principal; `send` resolves with the body of the token response. Checks the options at once; throws a TypeError that names the wrong one. */
export function servicePrincipal(
  options: ServicePrincipalOptions,
  proof: Proof,
  send: (request: ServicePrincipalRequest) => Promise<unknown>,
): Credential {
  const where = authority(options)
  const clientId = checkedClientId(options.clientId)
  const { capabilities = [], fetch } = options
  let refused: string | undefined
  let expiresAt: number | undefined
  return {
    identity: `${where.host}/${where.tenantId}/${clientId}`,
    get expiresAt() {
      return expiresAt
    },
    async acquire(request) {
      const proven = await proof.read()
      expiresAt = proof.expiresAt?.(proven)
      const claims = withCapabilities(request.claims, capabilities)
      try {
        const requestedAt = Date.now()
        const body = await send({
          ...request,
          claims,
          authority: where,
          clientId,
          proof,
          proven,
          fetch,
        })
        return readTokenResponse(body, requestedAt, request.claims)
      } catch (error) {
        refused = proven
        throw error
      }
    },
    changed: async () => proof.comparable && (await proof.read()) !== refused,
  }
}
