import type { Credential } from './credential.ts'
import { endpointOf } from './endpoint-of.ts'
import { type Certificate, certificateProof } from './proof/certificate.ts'
import { type ServicePrincipalOptions, servicePrincipal } from './service-principal.ts'

export interface ClientCertificateOptions extends ServicePrincipalOptions {
  readonly certificate: Certificate
  /** `v2`: by MSAL; `v1`: by a plain HTTP POST, without it. Default: `v2`. */
  readonly endpoint?: 'v1' | 'v2' | undefined
}

/**
 * A client certificate: proves the service principal by a signed assertion, so that no secret crosses the wire. Node
 * only.
 *
 * Throws a TypeError for a malformed option, or a certificate that cannot be used; an event warns from 30 days
 * before it expires.
 */
export function clientCertificate(options: ClientCertificateOptions): Credential {
  const { certificate, endpoint } = options
  return servicePrincipal(options, certificateProof(certificate), endpointOf(endpoint))
}
