import type { Credential } from './credential.ts'
import { endpointOf } from './endpoint-of.ts'
import { assertionProof } from './proof/assertion.ts'
import { type ServicePrincipalOptions, servicePrincipal } from './service-principal.ts'

export interface ClientAssertionOptions extends ServicePrincipalOptions {
  /**
   * Makes the assertion, a signed JWT (RFC 7523); called for each token request. One that you sign yourself has `iss`
   * and `sub` equal to `clientId`, and `aud` equal to `tokenUrl`.
   */
  readonly assertion: (client: AssertedClient) => string | Promise<string>
  /** `v2`: by MSAL; `v1`: by a plain HTTP POST, without it. Default: `v2`. */
  readonly endpoint?: 'v1' | 'v2' | undefined
}

/** Whom an assertion is to be about, and who is to read it. */
export interface AssertedClient {
  readonly clientId: string
  /** URL of the token endpoint. */
  readonly tokenUrl: string
}

/** A client assertion by callback: for a key in a vault or HSM, or a federated identity (GitHub, another cloud). */
export function clientAssertion(options: ClientAssertionOptions): Credential {
  const { assertion, endpoint } = options
  if (typeof assertion !== 'function')
    throw new TypeError('assertion must be a function that returns a signed JWT')
  const proof = assertionProof('assertion', assertion, { comparable: false })
  return servicePrincipal(options, proof, endpointOf(endpoint))
}
