import { authority, checkedClientId } from '../authority/authority.ts'
import type { Credential } from './credential.ts'
import { readableSecret } from './secret.ts'
import type { ClientSecretOptions } from './token-endpoint.ts'

/**
 * A client secret, exchanged by the Microsoft Authentication Library at the v2 endpoint with the scope
 * `<audience>/.default`: the default way, and the first of the two on the Cloud Partner Portal API's prerequisites
 * page. MSAL is loaded when a token is first acquired.
 *
 * Throws a TypeError for a malformed option.
 */
export function clientSecret(options: ClientSecretOptions): Credential {
  const where = authority(options)
  const clientId = checkedClientId(options.clientId)
  const secret = readableSecret(options.secret)
  return {
    identity: `${where.host}/${where.tenantId}/${clientId}`,
    changed: secret.changed,
    async acquire(request) {
      const { acquireByMsal } = await import('./msal.ts')
      const auth = { clientId, clientSecret: await secret.read() }
      return acquireByMsal({ authority: where, auth, fetch: options.fetch, request })
    },
  }
}
