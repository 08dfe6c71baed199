import { type Authority, authority, checkedClientId } from '../authority/authority.ts'
import { check, isText } from '../check.ts'
import { lazy } from '../lazy.ts'
import { checkedFetch } from './checked-fetch.ts'
import type { Credential } from './credential.ts'
import type { Endpoint } from './endpoint.ts'
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

/** A service principal whose options have been checked. */
export interface ServicePrincipal {
  readonly authority: Authority
  readonly clientId: string
  readonly capabilities: readonly string[]
  readonly fetch: typeof globalThis.fetch | undefined
  readonly proof: Proof
  readonly endpoint: Endpoint
}

/**
 * A credential of a service principal. Checks the options at once; throws a TypeError that names the wrong one. What asks
 * for tokens is loaded with the first.
 */
export function servicePrincipal(
  options: ServicePrincipalOptions,
  proof: Proof,
  endpoint: Endpoint,
): Credential {
  const where = authority(options)
  const clientId = checkedClientId(options.clientId)
  const capabilities = checkedCapabilities(options.capabilities)
  const fetch = checkedFetch(options.fetch)
  const principal = { authority: where, clientId, capabilities, fetch, proof, endpoint }
  const tokens = lazy(async () => (await import('../first-token.ts')).principalTokens(principal))
  return {
    identity: `${where.host}/${where.tenantId}/${clientId}`,
    get expiresAt() {
      return tokens.loaded?.expiresAt
    },
    acquire: async request => (await tokens.load()).acquire(request),
    changed: async () => (await tokens.load()).changed(),
  }
}

function checkedCapabilities(capabilities: readonly string[] = []): readonly string[] {
  check(
    Array.isArray(capabilities) && capabilities.every(isText),
    "capabilities must list names, such as ['cp1']",
  )
  return capabilities
}
