import { requestToken } from '../authority/token-request.ts'
import { tokenUrl } from '../authority/token-url.ts'
import type { ServicePrincipalRequest } from './endpoint.ts'
import type { Presented } from './proof/proof.ts'

/** A plain HTTP POST to the v1 endpoint (RFC 6749, section 4.4.2, with Entra's `resource`). */
export async function postRequest(request: ServicePrincipalRequest): Promise<unknown> {
  const { authority, clientId, presented, audience, claims, fetch, signal } = request
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    ...fields(presented),
    resource: audience,
    ...(claims !== undefined && { claims }),
  })
  const { body } = await requestToken({ url: tokenUrl(authority, 'v1'), form, fetch, signal })
  return body
}

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

function fields(presented: Presented): Readonly<Record<string, string>> {
  return 'clientSecret' in presented
    ? { client_secret: presented.clientSecret }
    : { client_assertion_type: jwtBearer, client_assertion: presented.clientAssertion }
}
