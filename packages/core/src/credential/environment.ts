import { clientSecret } from './client-secret.ts'
import type { Credential } from './credential.ts'
import { msal } from './msal.ts'
import type { Proof } from './proof/proof.ts'
import { servicePrincipal } from './service-principal.ts'

const principal = ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID'] as const

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
 * `AZURE_AUTHORITY_HOST` applies to the first three. Throws a TypeError that lists what was looked for and found, or
 * names what is malformed; a certificate is judged here by its private key, as a whole when it is first used. A virtual
 * machine sets no variable for its managed identity: pass `managedIdentity()` there. Nor is a person's sign-in
 * looked for (Azure CLI and the like): pass `tokenCredential()`.
 */
export function environment(): Credential {
  const read = (name: string): string | undefined => globalThis.process?.env[name] || undefined
  const [tenantId, clientId] = principal.map(read)
  const secret = read('AZURE_CLIENT_SECRET')
  const path = read('AZURE_CLIENT_CERTIFICATE_PATH')

  if (tenantId && clientId) {
    if (secret) return clientSecret({ tenantId, clientId, secret })
    if (path) {
      const passphrase = read('AZURE_CLIENT_CERTIFICATE_PASSWORD')
      const sendChain = /^(1|true)$/i.test(read('AZURE_CLIENT_SEND_CERTIFICATE_CHAIN') ?? '')
      checkKey(path, passphrase)
      const proof = fileProof(`certificate ${path}`, path, async pem => {
        const { provenCertificate } = await import('./proof/certificate.ts')
        return provenCertificate(pem, { passphrase, sendChain })
      })
      return servicePrincipal({ tenantId, clientId }, proof, msal)
    }
    const tokenFile = read('AZURE_FEDERATED_TOKEN_FILE')
    if (tokenFile) {
      const what = `federated token ${tokenFile}`
      const proof = fileProof(what, tokenFile, async text => {
        const { provenAssertion } = await import('./proof/assertion.ts')
        return provenAssertion(text, what)
      })
      return servicePrincipal({ tenantId, clientId }, proof, msal)
    }
  }
  const platform =
    (read('IDENTITY_ENDPOINT') && read('IDENTITY_HEADER')) ||
    read('AZURE_POD_IDENTITY_AUTHORITY_HOST')
  // A half-described service principal is a mistake to name, not a wish for another identity.
  const described = secret ?? path ?? read('AZURE_FEDERATED_TOKEN_FILE')
  if (platform && !described) {
    return {
      ...(clientId && { identity: `managed-identity/clientId/${clientId}` }),
      async acquire(request) {
        const { managedIdentity } = await import('./managed-identity.ts')
        return managedIdentity({ clientId }).acquire(request)
      },
    }
  }
  throw new TypeError(nothingUsable(read))
}

/** Read for each token request. What judges it is loaded with the first: most environments hold a client secret. */
function fileProof(what: string, path: string, prove: Proof['prove']): Proof {
  const read = () => process.getBuiltinModule('node:fs').promises.readFile(path, 'utf8')
  return { what, comparable: true, read, prove }
}

function checkKey(path: string, passphrase: string | undefined): void {
  const { createPrivateKey } = process.getBuiltinModule('node:crypto')
  try {
    const key = process.getBuiltinModule('node:fs').readFileSync(path)
    createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // node:fs and node:crypto throw nothing else
    throw new TypeError(
      `AZURE_CLIENT_CERTIFICATE_PATH: ${path} must be a PEM file whose private key can be read with ` +
        `AZURE_CLIENT_CERTIFICATE_PASSWORD (${code})`,
    )
  }
}

function nothingUsable(read: (name: string) => string | undefined): string {
  const proofs = [
    'AZURE_CLIENT_SECRET',
    'AZURE_CLIENT_CERTIFICATE_PATH',
    'AZURE_FEDERATED_TOKEN_FILE',
  ]
  const missing = principal.filter(name => !read(name))
  const unproven = proofs.every(name => !read(name))
  // With nothing else known, a client secret is what the API's prerequisites page asks for.
  const lacking = [...missing, ...(unproven ? [proofs[0]] : [])].join(', ')
  const platform = ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'AZURE_POD_IDENTITY_AUTHORITY_HOST']
  const found = [...principal, ...proofs, ...platform].filter(name => read(name))
  return (
    `No credential in the environment: ${lacking} not set. ` +
    `Looked for AZURE_TENANT_ID and AZURE_CLIENT_ID with one of ${proofs.join(', ')}, then for a managed identity ` +
    `(IDENTITY_ENDPOINT with IDENTITY_HEADER, or AZURE_POD_IDENTITY_AUTHORITY_HOST); found ${found.join(', ') || 'none of them'}. ` +
    'Set what is missing, or pass cloudPartnerAuth({ credential }): managedIdentity() on a virtual machine, which sets no variable.'
  )
}
