import { clientSecret } from './client-secret.ts'
import type { Credential } from './credential.ts'

/**
 * The credential that the environment describes: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`, with
 * `AZURE_AUTHORITY_HOST` where it is set. Throws a TypeError that names what is missing.
 */
export function environment(): Credential {
  const variables = globalThis.process?.env ?? {}
  const read = (name: string) => variables[name] ?? ''
  const missing = ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET'].filter(
    name => read(name) === '',
  )
  if (missing.length > 0) {
    throw new TypeError(
      `No credential: ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not set. ` +
        'Set them, or pass cloudPartnerAuth({ credential }).',
    )
  }
  return clientSecret({
    tenantId: read('AZURE_TENANT_ID'),
    clientId: read('AZURE_CLIENT_ID'),
    secret: read('AZURE_CLIENT_SECRET'),
  })
}
