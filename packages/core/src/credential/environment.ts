import { clientCertificate } from './client-certificate.ts'
import { clientSecret } from './client-secret.ts'
import type { Credential } from './credential.ts'
import { managedIdentity } from './managed-identity.ts'
import { workloadIdentity } from './workload-identity.ts'

const servicePrincipal = ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID'] as const

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
 * `AZURE_AUTHORITY_HOST` applies to the first three. Throws a TypeError that lists what was looked for and found. A
 * virtual machine sets no variable for its managed identity: pass `managedIdentity()` there. Nor is a person's sign-in
 * looked for (Azure CLI and the like): pass `tokenCredential()`.
 */
export function environment(): Credential {
  const read = (name: string): string | undefined => globalThis.process?.env[name] || undefined
  const [tenantId, clientId] = servicePrincipal.map(read)
  const secret = read('AZURE_CLIENT_SECRET')
  const path = read('AZURE_CLIENT_CERTIFICATE_PATH')

  if (tenantId && clientId) {
    if (secret) return clientSecret({ tenantId, clientId, secret })
    if (path) {
      const passphrase = read('AZURE_CLIENT_CERTIFICATE_PASSWORD')
      const sendChain = /^(1|true)$/i.test(read('AZURE_CLIENT_SEND_CERTIFICATE_CHAIN') ?? '')
      return clientCertificate({ tenantId, clientId, certificate: { path, passphrase, sendChain } })
    }
    if (read('AZURE_FEDERATED_TOKEN_FILE')) return workloadIdentity()
  }
  const platform =
    (read('IDENTITY_ENDPOINT') && read('IDENTITY_HEADER')) ||
    read('AZURE_POD_IDENTITY_AUTHORITY_HOST')
  if (platform && !secret && !path) return managedIdentity({ clientId })
  throw new TypeError(nothingUsable(read))
}

function nothingUsable(read: (name: string) => string | undefined): string {
  const proofs = [
    'AZURE_CLIENT_SECRET',
    'AZURE_CLIENT_CERTIFICATE_PATH',
    'AZURE_FEDERATED_TOKEN_FILE',
  ]
  const missing = servicePrincipal.filter(name => !read(name))
  const unproven = proofs.every(name => !read(name))
  // With nothing else known, a client secret is what the API's prerequisites page asks for.
  const lacking = [...missing, ...(unproven ? [proofs[0]] : [])].join(', ')
  const platform = ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'AZURE_POD_IDENTITY_AUTHORITY_HOST']
  const found = [...servicePrincipal, ...proofs, ...platform].filter(name => read(name))
  return (
    `No credential in the environment: ${lacking} not set. ` +
    `Looked for AZURE_TENANT_ID and AZURE_CLIENT_ID with one of ${proofs.join(', ')}, then for a managed identity ` +
    `(IDENTITY_ENDPOINT with IDENTITY_HEADER, or AZURE_POD_IDENTITY_AUTHORITY_HOST); found ${found.join(', ') || 'none of them'}. ` +
    'Set what is missing, or pass cloudPartnerAuth({ credential }): managedIdentity() on a virtual machine, which sets no variable.'
  )
}
