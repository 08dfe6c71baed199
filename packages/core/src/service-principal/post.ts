import { tokenUrl } from '../authority/authority.ts'
import { requestToken } from '../authority/token-request.ts'
import type { Endpoint } from './endpoint.ts'
import type { Presented } from './proof/proof.ts'

/** The v1 endpoint, asked by a plain HTTP POST (RFC 6749, section 4.4.2, with Entra's `resource`). */
export const post: Endpoint = {
  version: 'v1',
  async send({ authority, clientId, presented, audience, claims, fetch, signal }) {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      ...fields(presented),
      resource: audience,
      ...(claims !== undefined && { claims }),
    })
    const { body } = await requestToken({ url: tokenUrl(authority, 'v1'), form, fetch, signal })
    return body
  },
}

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

function fields(presented: Presented): Readonly<Record<string, string>> {
  return 'clientSecret' in presented
    ? { client_secret: presented.clientSecret }
    : { client_assertion_type: jwtBearer, client_assertion: presented.clientAssertion }
}
