import { optionsOf } from '../check.ts'
import { type Secret, secretProof } from '../service-principal/proof/secret.ts'
import {
  principalOptions,
  type ServicePrincipalOptions,
  servicePrincipal,
} from '../service-principal/service-principal.ts'
import type { Credential } from './credential.ts'

export interface ClientSecretOptions extends ServicePrincipalOptions {
  readonly secret: Secret
  /** When the secret expires, if you know: an event warns from 30 days before. Milliseconds since the Unix epoch. */
  readonly secretExpiresAt?: number | undefined
}

/**
 * A client secret, exchanged by the Microsoft Authentication Library at the v2 endpoint with the scope
 * `<audience>/.default`: the default way, and the first of the two on the Cloud Partner Portal API's prerequisites
 * page. MSAL is loaded when a token is first acquired.
 *
 * Throws a TypeError for a malformed option.
 */
export function clientSecret(options: ClientSecretOptions): Credential {
  return fromSecret(options, 'clientSecret', 'v2')
}

/**
 * A client secret, exchanged by a plain HTTP POST to `/<tenant>/oauth2/token` (v1) with `resource`: the second of the
 * two ways on the Cloud Partner Portal API's prerequisites page. Loads no MSAL and runs wherever `fetch` does.
 *
 * Throws a TypeError for a malformed option.
 */
export function tokenEndpoint(options: ClientSecretOptions): Credential {
  return fromSecret(options, 'tokenEndpoint', 'v1')
}

function fromSecret(
  given: ClientSecretOptions,
  factory: string,
  endpoint: 'v1' | 'v2',
): Credential {
  const known = ['tenantId', 'clientId', 'secret', 'secretExpiresAt', ...principalOptions] as const
  const { secret, secretExpiresAt, ...options } = optionsOf(given, known, factory)
  return servicePrincipal({ ...options, endpoint }, secretProof(secret, secretExpiresAt))
}
