import { requestToken } from '../authority/token-request.ts'
import { readTokenResponse } from '../authority/token-response.ts'
import type { Credential } from './credential.ts'

export interface ManagedIdentityOptions {
  /** Of a user-assigned identity: its client ID, … */
  readonly clientId?: string | undefined
  /** … or its object (principal) ID, … */
  readonly objectId?: string | undefined
  /** … or its Azure resource ID. At most one of the three; none: the system-assigned identity. */
  readonly resourceId?: string | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * A managed identity: the platform hands out the token, and there is no secret to keep. App Service and
 * Functions by `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`, else virtual machines and scale sets by the Instance Metadata
 * Service, at `AZURE_POD_IDENTITY_AUTHORITY_HOST` or 169.254.169.254.
 *
 * Throws a TypeError where more than one identity is named. `identity` is set for a user-assigned one only: the
 * system-assigned ones of two machines cannot be told apart by what is known here.
 */
export function managedIdentity(options: ManagedIdentityOptions = {}): Credential {
  const named = (['clientId', 'objectId', 'resourceId'] as const).filter(
    name => options[name] !== undefined,
  )
  if (named.length > 1)
    throw new TypeError(`managedIdentity takes one of ${named.join(', ')}, not several`)
  const [by] = named
  const assigned = by && { by, id: options[by] as string }
  if (assigned && (typeof assigned.id !== 'string' || assigned.id === '')) {
    throw new TypeError(`${assigned.by} must be a text that is not empty`)
  }
  return {
    ...(assigned && { identity: `managed-identity/${assigned.by}/${assigned.id}` }),
    async acquire({ audience, signal }) {
      const requestedAt = Date.now()
      const { url, headers, secrets } = endpoint(audience, assigned)
      const { body } = await requestToken({ url, headers, secrets, fetch: options.fetch, signal })
      return readTokenResponse(body, requestedAt)
    },
  }
}

type Assigned =
  | { readonly by: 'clientId' | 'objectId' | 'resourceId'; readonly id: string }
  | undefined

/** Where to ask and how (Azure: "How to use managed identities for App Service", "… to acquire an access token"). */
function endpoint(audience: string, assigned: Assigned) {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER, AZURE_POD_IDENTITY_AUTHORITY_HOST } = process.env
  if (IDENTITY_ENDPOINT && IDENTITY_HEADER) {
    const url = new URL(IDENTITY_ENDPOINT)
    url.searchParams.set('api-version', '2019-08-01')
    url.searchParams.set('resource', audience)
    const parameter = {
      clientId: 'client_id',
      objectId: 'principal_id',
      resourceId: 'mi_res_id',
    } as const
    if (assigned) url.searchParams.set(parameter[assigned.by], assigned.id)
    return {
      url: url.href,
      headers: { 'x-identity-header': IDENTITY_HEADER },
      secrets: [IDENTITY_HEADER],
    }
  }
  const url = new URL(
    '/metadata/identity/oauth2/token',
    AZURE_POD_IDENTITY_AUTHORITY_HOST ?? 'http://169.254.169.254',
  )
  url.searchParams.set('api-version', '2018-02-01')
  url.searchParams.set('resource', audience)
  const parameter = {
    clientId: 'client_id',
    objectId: 'object_id',
    resourceId: 'msi_res_id',
  } as const
  if (assigned) url.searchParams.set(parameter[assigned.by], assigned.id)
  return { url: url.href, headers: { metadata: 'true' }, secrets: [] }
}
