import { optionsOf } from '../check.ts'
import { type Certificate, certificateProof } from '../service-principal/proof/certificate.ts'
import {
  type EndpointOption,
  principalOptions,
  type ServicePrincipalOptions,
  servicePrincipal,
} from '../service-principal/service-principal.ts'
import type { Credential } from './credential.ts'

export interface ClientCertificateOptions extends ServicePrincipalOptions, EndpointOption {
  readonly certificate: Certificate
}

/**
 * A client certificate: proves the service principal by a signed assertion, so that no secret crosses the wire. Node
 * only.
 *
 * Throws a TypeError for a malformed option, or a certificate that cannot be used; an event warns from 30 days
 * before it expires.
 */
export function clientCertificate(given: ClientCertificateOptions): Credential {
  const known = ['tenantId', 'clientId', 'certificate', 'endpoint', ...principalOptions] as const
  const { certificate, ...options } = optionsOf(given, known, 'clientCertificate')
  return servicePrincipal(options, certificateProof(certificate))
}
