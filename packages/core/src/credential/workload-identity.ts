import { check } from '../check.ts'
import { assertionProof } from '../service-principal/proof/assertion.ts'
import {
  type EndpointOption,
  type ServicePrincipalOptions,
  servicePrincipal,
} from '../service-principal/service-principal.ts'
import { variable } from '../variable.ts'
import type { Credential } from './credential.ts'

export interface WorkloadIdentityOptions
  extends Omit<ServicePrincipalOptions, 'tenantId' | 'clientId'>,
    EndpointOption {
  /** Default: `AZURE_TENANT_ID`. */
  readonly tenantId?: string | undefined
  /** Default: `AZURE_CLIENT_ID`. */
  readonly clientId?: string | undefined
  /** File with the federated token, read for each token request. Default: `AZURE_FEDERATED_TOKEN_FILE`. */
  readonly tokenFile?: string | undefined
}

/**
 * Workload identity federation, as on Kubernetes: the platform writes a federated token to a file and replaces it
 * every hour or so. Node only. Throws a TypeError that names the option, or variable, that is missing.
 */
export function workloadIdentity(options: WorkloadIdentityOptions = {}): Credential {
  const {
    tenantId = variable('AZURE_TENANT_ID') ?? '',
    clientId = variable('AZURE_CLIENT_ID') ?? '',
    tokenFile = variable('AZURE_FEDERATED_TOKEN_FILE'),
    ...rest
  } = options
  check(tokenFile, 'tokenFile (AZURE_FEDERATED_TOKEN_FILE) must name the federated token file')
  const read = () => process.getBuiltinModule('node:fs').promises.readFile(tokenFile, 'utf8')
  const proof = assertionProof(`federated token ${tokenFile}`, read, { comparable: true })
  return servicePrincipal({ ...rest, tenantId, clientId }, proof)
}
