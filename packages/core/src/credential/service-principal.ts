import { authority, checkedClientId, tokenUrl } from '../authority/authority.ts'
import { checkedFetch } from '../authority/token-request.ts'
import { readTokenResponse } from '../authority/token-response.ts'
import { type CloudPartnerAuthError, isCloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import type { Credential } from './credential.ts'
import type { Endpoint } from './endpoint.ts'
import type { Proof, ProofClient, Proven } from './proof/proof.ts'

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

/** A credential of a service principal. Checks the options at once; throws a TypeError that names the wrong one. */
export function servicePrincipal(
  options: ServicePrincipalOptions,
  proof: Proof,
  endpoint: Endpoint,
): Credential {
  const where = authority(options)
  const clientId = checkedClientId(options.clientId)
  const capabilities = checkedCapabilities(options.capabilities)
  const fetch = checkedFetch(options.fetch)
  const client = { clientId, tokenUrl: tokenUrl(where, endpoint.version) }
  let refused: string | undefined
  let expiresAt: number | undefined
  return {
    identity: `${where.host}/${where.tenantId}/${clientId}`,
    get expiresAt() {
      return expiresAt
    },
    async acquire(request) {
      const [text, proven] = await reading(proof, client).catch(error => {
        refused = undefined // whatever can be read and used again is another one
        throw error
      })
      expiresAt = proven.expiresAt
      try {
        const claims =
          capabilities.length === 0
            ? request.claims
            : (await import('./claims.ts')).withCapabilities(request.claims, capabilities)
        const requestedAt = Date.now()
        const presented = proven.present(client)
        const principal = { authority: where, clientId, presented, fetch }
        const body = await endpoint.send({ ...request, ...principal, claims })
        return readTokenResponse(body, requestedAt, request.claims)
      } catch (thrown) {
        const error = await typed(thrown, text)
        if (!error.retryable) refused = text
        throw error
      }
    },
    async changed() {
      if (!proof.comparable) return false
      const [text] = await reading(proof, client)
      return text !== refused
    },
  }
}

async function reading(proof: Proof, client: ProofClient): Promise<readonly [string, Proven]> {
  let text = ''
  let read = false
  try {
    text = await proof.read(client)
    read = true
    return [text, await proof.prove(text)]
  } catch (thrown) {
    const { unreadable, unusable } = await import('./unsent.ts')
    throw read ? unusable(thrown, text) : unreadable(proof.what, thrown)
  }
}

/** All that explains failures is loaded with the first: a service that works never needs it. */
async function typed(thrown: unknown, text: string): Promise<CloudPartnerAuthError> {
  if (isCloudPartnerAuthError(thrown)) return thrown
  return (await import('./unsent.ts')).unsent(thrown, text)
}

function checkedCapabilities(capabilities: readonly string[] = []): readonly string[] {
  if (Array.isArray(capabilities) && capabilities.every(one => typeof one === 'string' && one))
    return capabilities
  throw new TypeError("capabilities must list names, such as ['cp1']")
}
