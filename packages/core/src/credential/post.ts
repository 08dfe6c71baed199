import { tokenUrl } from '../authority/authority.ts'
import { requestToken } from '../authority/token-request.ts'
import type { ServicePrincipalRequest } from './service-principal.ts'

/**
 * Sends a token request as a plain HTTP POST to the v1 endpoint (RFC 6749, section 4.4.2, with Entra's `resource`) and
 * resolves with the answer's body.
 */
export async function sendByPost(request: ServicePrincipalRequest): Promise<unknown> {
  const { authority, clientId, proof, proven, audience, claims, fetch, signal } = request
  const url = tokenUrl(authority, 'v1')
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    ...proof.form(proven, { clientId, tokenUrl: url }),
    resource: audience,
    ...(claims !== undefined && { claims }),
  })
  const { body } = await requestToken({ url, form, fetch, signal })
  return body
}
