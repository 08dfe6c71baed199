import { check, optionsOf } from '../check.ts'
import { assertionProof } from '../service-principal/proof/assertion.ts'
import {
  type EndpointOption,
  principalOptions,
  type ServicePrincipalOptions,
  servicePrincipal,
} from '../service-principal/service-principal.ts'
import type { Credential } from './credential.ts'

export interface ClientAssertionOptions extends ServicePrincipalOptions, EndpointOption {
  /**
   * Makes the assertion, a signed JWT (RFC 7523); called for each token request. One that you sign yourself has `iss`
   * and `sub` equal to `clientId`, and `aud` equal to `tokenUrl`.
   */
  readonly assertion: (client: AssertedClient) => string | undefined | Promise<string | undefined>
}

/** Whom an assertion is to be about, and who is to read it. */
export interface AssertedClient {
  readonly clientId: string
  /** URL of the token endpoint. */
  readonly tokenUrl: string
}

/** A client assertion by callback: for a key in a vault or HSM, or a federated identity (GitHub, another cloud). */
export function clientAssertion(given: ClientAssertionOptions): Credential {
  const known = ['tenantId', 'clientId', 'assertion', 'endpoint', ...principalOptions] as const
  const { assertion, ...options } = optionsOf(given, known, 'clientAssertion')
  check(typeof assertion === 'function', 'assertion must be a function that returns a signed JWT')
  return servicePrincipal(options, assertionProof('assertion', assertion, { comparable: false }))
}
