import { authority, checkedClientId } from '../authority/authority.ts'
import { requestToken } from '../authority/token-request.ts'
import { readTokenResponse } from '../authority/token-response.ts'
import type { Credential } from './credential.ts'
import { readableSecret, type Secret } from './secret.ts'

export interface ClientSecretOptions {
  /** The tenant's GUID or one of its domain names. */
  readonly tenantId: string
  /** The application (client) ID, a GUID. */
  readonly clientId: string
  readonly secret: Secret
  /** Default: `AZURE_AUTHORITY_HOST`, else `https://login.microsoftonline.com`. Http is for loopback only. */
  readonly authorityHost?: string | undefined
  /** Sends the token requests: the place for a proxy, a custom CA or mTLS. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * A client secret, exchanged by a plain HTTP POST to `/<tenant>/oauth2/token` (v1) with `resource`: the second of the
 * two ways on the Cloud Partner Portal API's prerequisites page. Loads no MSAL and runs wherever `fetch` does.
 *
 * Throws a TypeError for a malformed option.
 */
export function tokenEndpoint(options: ClientSecretOptions): Credential {
  const { host, tenantId } = authority(options)
  const clientId = checkedClientId(options.clientId)
  const secret = readableSecret(options.secret)
  return {
    identity: `${host}/${tenantId}/${clientId}`,
    changed: secret.changed,
    async acquire({ audience, claims, signal }) {
      const requestedAt = Date.now()
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: await secret.read(),
        resource: audience,
        ...(claims !== undefined && { claims }),
      })
      const url = `${host}/${tenantId}/oauth2/token`
      const { body } = await requestToken({ url, form, fetch: options.fetch, signal })
      return readTokenResponse(body, requestedAt, claims)
    },
  }
}
