import type { Credential } from './credential.ts'
import { msal } from './msal.ts'
import { secretProof } from './proof/secret.ts'
import { servicePrincipal } from './service-principal.ts'
import type { ClientSecretOptions } from './token-endpoint.ts'

/**
 * A client secret, exchanged by the Microsoft Authentication Library at the v2 endpoint with the scope
 * `<audience>/.default`: the default way, and the first of the two on the Cloud Partner Portal API's prerequisites
 * page. MSAL is loaded when a token is first acquired.
 *
 * Throws a TypeError for a malformed option.
 */
export function clientSecret(options: ClientSecretOptions): Credential {
  return servicePrincipal(options, secretProof(options.secret, options.secretExpiresAt), msal)
}
