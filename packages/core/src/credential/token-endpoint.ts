import type { Credential } from './credential.ts'
import { post } from './post.ts'
import { type Secret, secretProof } from './proof/secret.ts'
import { type ServicePrincipalOptions, servicePrincipal } from './service-principal.ts'

export interface ClientSecretOptions extends ServicePrincipalOptions {
  readonly secret: Secret
  /** When the secret expires, if you know: an event warns from 30 days before. Milliseconds since the Unix epoch. */
  readonly secretExpiresAt?: number | undefined
}

/**
 * A client secret, exchanged by a plain HTTP POST to `/<tenant>/oauth2/token` (v1) with `resource`: the second of the
 * two ways on the Cloud Partner Portal API's prerequisites page. Loads no MSAL and runs wherever `fetch` does.
 *
 * Throws a TypeError for a malformed option.
 */
export function tokenEndpoint(options: ClientSecretOptions): Credential {
  return servicePrincipal(options, secretProof(options.secret, options.secretExpiresAt), post)
}
