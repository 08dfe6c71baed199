import { readTokenResponse } from '../authority/token-response.ts'
import { tokenUrl } from '../authority/token-url.ts'
import { type CloudPartnerAuthError, isCloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import { withCapabilities } from './claims.ts'
import type { Credential } from './credential.ts'
import type { Proof, ProofClient, Proven } from './proof/proof.ts'
import type { ServicePrincipal } from './service-principal.ts'

/** Asks for the tokens of a service principal, with what it proves itself by read anew for each. */
export function principalTokens(
  principal: ServicePrincipal,
): Pick<Required<Credential>, 'acquire' | 'changed'> & Pick<Credential, 'expiresAt'> {
  const { authority, clientId, capabilities, fetch, proof, endpoint } = principal
  const client = { clientId, tokenUrl: tokenUrl(authority, endpoint.version) }
  let refused: string | undefined
  let expiresAt: number | undefined
  return {
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
        const claims = withCapabilities(request.claims, capabilities)
        const requestedAt = Date.now()
        const presented = proven.present(client)
        const body = await endpoint.send({
          ...request,
          authority,
          clientId,
          presented,
          fetch,
          claims,
        })
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
