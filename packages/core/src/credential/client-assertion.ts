import type { Credential } from './credential.ts'
import { sendByMsal } from './msal.ts'
import { sendByPost } from './post.ts'
import { assertionProof } from './proof/assertion.ts'
import { type ServicePrincipalOptions, servicePrincipal } from './service-principal.ts'

export interface ClientAssertionOptions extends ServicePrincipalOptions {
  /** Makes the assertion, a signed JWT (RFC 7523); called for each token request. */
  readonly assertion: () => string | Promise<string>
  /** `v2`: by MSAL; `v1`: by a plain HTTP POST, without it. Default: `v2`. */
  readonly endpoint?: 'v1' | 'v2' | undefined
}

/** A client assertion by callback: for a key in a vault or HSM, or a federated identity (GitHub, another cloud). */
export function clientAssertion(options: ClientAssertionOptions): Credential {
  const { assertion, endpoint = 'v2' } = options
  if (typeof assertion !== 'function')
    throw new TypeError('assertion must be a function that returns a signed JWT')
  return servicePrincipal(
    options,
    assertionProof(assertion, false),
    endpoint === 'v1' ? sendByPost : sendByMsal,
  )
}
