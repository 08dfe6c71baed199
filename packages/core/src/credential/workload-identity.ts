import type { Credential } from './credential.ts'
import { endpointOf } from './endpoint-of.ts'
import { assertionProof } from './proof/assertion.ts'
import { type ServicePrincipalOptions, servicePrincipal } from './service-principal.ts'

export interface WorkloadIdentityOptions
  extends Omit<ServicePrincipalOptions, 'tenantId' | 'clientId'> {
  /** Default: `AZURE_TENANT_ID`. */
  readonly tenantId?: string | undefined
  /** Default: `AZURE_CLIENT_ID`. */
  readonly clientId?: string | undefined
  /** File with the federated token, read for each token request. Default: `AZURE_FEDERATED_TOKEN_FILE`. */
  readonly tokenFile?: string | undefined
  /** `v2`: by MSAL; `v1`: by a plain HTTP POST, without it. Default: `v2`. */
  readonly endpoint?: 'v1' | 'v2' | undefined
}

/**
 * Workload identity federation, as on Kubernetes: the platform writes a federated token to a file and replaces it
 * every hour or so. Node only. Throws a TypeError that names the option, or variable, that is missing.
 */
export function workloadIdentity(options: WorkloadIdentityOptions = {}): Credential {
  const env = process.env
  const {
    tenantId = env['AZURE_TENANT_ID'] ?? '',
    clientId = env['AZURE_CLIENT_ID'] ?? '',
    tokenFile = env['AZURE_FEDERATED_TOKEN_FILE'],
    endpoint,
  } = options
  if (!tokenFile)
    throw new TypeError('tokenFile (AZURE_FEDERATED_TOKEN_FILE) must name the federated token file')
  const read = () => process.getBuiltinModule('node:fs').promises.readFile(tokenFile, 'utf8')
  const proof = assertionProof(`federated token ${tokenFile}`, read, { comparable: true })
  return servicePrincipal({ ...options, tenantId, clientId }, proof, endpointOf(endpoint))
}
