import { checkNoOptions } from '../check.ts'
import { type Environment, incomplete } from '../environment.ts'
import { seen, trimmed } from '../seen.ts'
import { certificateProof } from '../service-principal/proof/certificate.ts'
import { servicePrincipal } from '../service-principal/service-principal.ts'
import { clientSecret } from './client-secret.ts'
import type { Credential } from './credential.ts'
import { lookedUp } from './looked-up.ts'
import { managedIdentity } from './managed-identity.ts'
import { workloadIdentity } from './workload-identity.ts'

const principal = ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID'] as const
const proofs = [
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'AZURE_FEDERATED_TOKEN_FILE',
] as const
const platform = [
  'IDENTITY_ENDPOINT',
  'IDENTITY_HEADER',
  'AZURE_POD_IDENTITY_AUTHORITY_HOST',
] as const

/**
 * The credential that the environment describes, by the variables that `@azure/identity` documents, in its order:
 *
 * 1. `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`: a client secret;
 * 2. … and `AZURE_CLIENT_CERTIFICATE_PATH` (with `AZURE_CLIENT_CERTIFICATE_PASSWORD`,
 *    `AZURE_CLIENT_SEND_CERTIFICATE_CHAIN`): a client certificate;
 * 3. … and `AZURE_FEDERATED_TOKEN_FILE`: workload identity federation;
 * 4. `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`, or `AZURE_POD_IDENTITY_AUTHORITY_HOST`: a managed identity, the
 *    user-assigned one that `AZURE_CLIENT_ID` names, if it is set.
 *
 * `AZURE_AUTHORITY_HOST` applies to the first three. The variables are read when a token is first needed; where they do
 * not suffice, that fails with `environment_incomplete`, which lists what was looked for and found, or names what is
 * malformed. A virtual machine sets no variable for its managed identity: pass `managedIdentity()` there. Nor is a
 * person's sign-in looked for (Azure CLI and the like): pass `tokenCredential()`.
 */
export function environment(options?: never): Credential {
  checkNoOptions(
    options,
    'environment()',
    'it reads variables alone; pass clientSecret({ … }) or another credential for what you have',
  )
  return lookedUp(described)
}

function described(environment: Environment): Credential {
  const variable = (name: string) => environment.variable(name)
  const tenantId = variable('AZURE_TENANT_ID')
  const clientId = variable('AZURE_CLIENT_ID')
  const [secret, path, tokenFile] = proofs.map(variable)
  if (tenantId && clientId) {
    if (secret) return clientSecret({ tenantId, clientId, secret })
    if (path) {
      const passphrase = variable('AZURE_CLIENT_CERTIFICATE_PASSWORD')
      const sendChain = isOn('AZURE_CLIENT_SEND_CERTIFICATE_CHAIN', variable)
      // Not read at once: this is in the middle of a request.
      const proof = certificateProof({ path, passphrase, sendChain }, { readAtOnce: false })
      return servicePrincipal({ tenantId, clientId }, proof)
    }
    if (tokenFile) return workloadIdentity({ tenantId, clientId, tokenFile })
  }
  const [endpoint, header, podIdentity] = platform.map(variable)
  // A half-described service principal is a mistake to name, not a wish for another identity.
  if (((endpoint && header) || podIdentity) && !proofs.some(variable))
    return managedIdentity({ clientId })
  throw incomplete(nothingUsable(variable))
}

/** As `@azure/identity` reads such a variable; but what is odd about it is told, since it would count as off. */
function isOn(name: string, variable: Environment['variable']): boolean {
  const value = trimmed(variable(name) ?? '')
  const odd = value && seen(value)
  if (odd) throw incomplete(`${name} must be 1 or true, or not be set, but it ${odd}.`)
  return /^(1|true)$/i.test(value)
}

function nothingUsable(variable: Environment['variable']): string {
  // With nothing else known, a client secret is what the API's prerequisites page asks for.
  const needed = [...principal, ...(proofs.some(variable) ? [] : [proofs[0]])]
  const missing = needed.filter(name => !variable(name))
  const found = [...principal, ...proofs, ...platform].filter(variable)
  return (
    `No credential in the environment: ${missing.join(', ')} not set. ` +
    `Looked for ${principal.join(', ')} with one of ${proofs.join(', ')}, then for ${platform.join(', ')}; ` +
    `found ${found.join(', ') || 'none'}. Set what is missing, or pass cloudPartnerAuth({ credential }): ` +
    'managedIdentity() on a virtual machine, which sets none.'
  )
}
