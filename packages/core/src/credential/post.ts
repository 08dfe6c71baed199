import { tokenUrl } from '../authority/authority.ts'
import { requestToken } from '../authority/token-request.ts'
import type { Endpoint, ServicePrincipalRequest } from './endpoint.ts'

/** A plain HTTP POST to the v1 endpoint (RFC 6749, section 4.4.2, with Entra's `resource`). */
export const post: Endpoint = { version: 'v1', send }

async function send(request: ServicePrincipalRequest): Promise<unknown> {
  const { authority, clientId, proven, audience, claims, fetch, signal } = request
  const url = tokenUrl(authority, 'v1')
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    ...proven.form({ clientId, tokenUrl: url }),
    resource: audience,
    ...(claims !== undefined && { claims }),
  })
  const { body } = await requestToken({ url, form, fetch, signal })
  return body
}
