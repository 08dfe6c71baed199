import { variable } from '../variable.ts'
import { clientSecret } from './client-secret.ts'
import type { Credential } from './credential.ts'
import { msal } from './msal.ts'
import type { Proof } from './proof/proof.ts'
import { servicePrincipal } from './service-principal.ts'

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
 * `AZURE_AUTHORITY_HOST` applies to the first three. Throws a TypeError that lists what was looked for and found, or
 * names what is malformed; a certificate is judged here by its private key, as a whole when it is first used. A virtual
 * machine sets no variable for its managed identity: pass `managedIdentity()` there. Nor is a person's sign-in
 * looked for (Azure CLI and the like): pass `tokenCredential()`.
 */
export function environment(): Credential {
  const [tenantId, clientId] = principal.map(variable)
  const [secret, certificate, tokenFile] = proofs.map(variable)
  if (tenantId && clientId) {
    if (secret) return clientSecret({ tenantId, clientId, secret })
    const proof = certificate ? certificateFile(certificate) : tokenFile && federated(tokenFile)
    if (proof) return servicePrincipal({ tenantId, clientId }, proof, msal)
  }
  const [endpoint, header, podIdentity] = platform.map(variable)
  // A half-described service principal is a mistake to name, not a wish for another identity.
  if (((endpoint && header) || podIdentity) && !proofs.some(variable))
    return platformIdentity(clientId)
  throw new TypeError(nothingUsable())
}

// What judges a file's text is loaded with the first token request: most environments hold a client secret.

function certificateFile(path: string): Proof {
  const passphrase = variable('AZURE_CLIENT_CERTIFICATE_PASSWORD')
  const sendChain = variable('AZURE_CLIENT_SEND_CERTIFICATE_CHAIN')
  checkKey(path, passphrase)
  return fileProof(path, async pem => {
    const { provenCertificate } = await import('./found.ts')
    return provenCertificate(pem, { passphrase, sendChain: /^(1|true)$/i.test(sendChain ?? '') })
  })
}

function federated(path: string): Proof {
  return fileProof(path, async text => {
    const { provenAssertion } = await import('./found.ts')
    return provenAssertion(text, path)
  })
}

function fileProof(what: string, prove: Proof['prove']): Proof {
  const read = () => process.getBuiltinModule('node:fs').promises.readFile(what, 'utf8')
  return { what, comparable: true, read, prove }
}

function checkKey(path: string, passphrase: string | undefined): void {
  const { createPrivateKey } = process.getBuiltinModule('node:crypto')
  try {
    const key = process.getBuiltinModule('node:fs').readFileSync(path)
    createPrivateKey({ key, passphrase })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // node:fs and node:crypto throw nothing else
    throw new TypeError(
      `AZURE_CLIENT_CERTIFICATE_PATH: ${path} must be a PEM file whose private key can be read with ` +
        `AZURE_CLIENT_CERTIFICATE_PASSWORD (${code})`,
    )
  }
}

function platformIdentity(clientId: string | undefined): Credential {
  return {
    ...(clientId && { identity: `managed-identity/clientId/${clientId}` }),
    async acquire(request) {
      const { managedIdentity } = await import('./found.ts')
      return managedIdentity({ clientId }).acquire(request)
    },
  }
}

function nothingUsable(): string {
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
