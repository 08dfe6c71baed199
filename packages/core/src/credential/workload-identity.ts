import { optionsOf } from '../check.ts'
import { type Environment, incomplete } from '../environment.ts'
import { checkPath, named, readFile } from '../read-file.ts'
import { assertionProof } from '../service-principal/proof/assertion.ts'
import {
  type EndpointOption,
  principalOptions,
  type ServicePrincipalOptions,
  servicePrincipal,
} from '../service-principal/service-principal.ts'
import type { Credential } from './credential.ts'
import { lookedUp } from './looked-up.ts'

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
 * every hour or so. Node only. What is left out is read from the environment when a token is first needed, which fails
 * with `environment_incomplete` where it is not set.
 */
export function workloadIdentity(given: WorkloadIdentityOptions = {}): Credential {
  const known = ['tenantId', 'clientId', 'tokenFile', 'endpoint', ...principalOptions] as const
  const options = optionsOf(given, known, 'workloadIdentity')
  const { tenantId, clientId, tokenFile } = options
  if (tenantId !== undefined && clientId !== undefined && tokenFile !== undefined)
    return federated({ ...options, tenantId, clientId, tokenFile })
  return lookedUp(environment => federated(completed(options, environment)))
}

interface Complete extends WorkloadIdentityOptions {
  readonly tenantId: string
  readonly clientId: string
  readonly tokenFile: string
}

function completed(options: WorkloadIdentityOptions, environment: Environment): Complete {
  const of = (name: string, given: string | undefined) =>
    given ?? environment.variable(name) ?? missing(name)
  return {
    ...options,
    tenantId: of('AZURE_TENANT_ID', options.tenantId),
    clientId: of('AZURE_CLIENT_ID', options.clientId),
    tokenFile: of('AZURE_FEDERATED_TOKEN_FILE', options.tokenFile),
  }
}

function missing(name: string): never {
  throw incomplete(
    `workloadIdentity() needs ${name}, which is not set: the platform sets it, or pass { tenantId, clientId, tokenFile }.`,
  )
}

function federated({ tokenFile, ...options }: Complete): Credential {
  checkPath(tokenFile, 'tokenFile (AZURE_FEDERATED_TOKEN_FILE)')
  const read = () => readFile(tokenFile)
  const at = `federated token in ${named(tokenFile)}`
  const proof = assertionProof('federated token', read, { comparable: true, at })
  return servicePrincipal(options, proof)
}
