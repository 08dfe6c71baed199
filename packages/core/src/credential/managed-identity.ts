import { parsedUrl } from '../api/url.ts'
import type { TokenIssuer } from '../authority/token-failure.ts'
import { checkedFetch, requestToken, type TokenFetch } from '../authority/token-request.ts'
import { readTokenResponse } from '../authority/token-response.ts'
import { check, checkText, optionsOf } from '../check.ts'
import { CloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import { seen, trimmed } from '../seen.ts'
import type { Credential } from './credential.ts'

export interface ManagedIdentityOptions {
  /** Of a user-assigned identity: its client ID, … */
  readonly clientId?: string | undefined
  /** … or its object (principal) ID, … */
  readonly objectId?: string | undefined
  /** … or its Azure resource ID. At most one of the three; none: the system-assigned identity. */
  readonly resourceId?: string | undefined
  readonly fetch?: TokenFetch | undefined
}

/**
 * A managed identity: the platform hands out the token, and there is no secret to keep. App Service, Functions and
 * Container Apps by `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`, else virtual machines and scale sets by the Instance
 * Metadata Service, at `AZURE_POD_IDENTITY_AUTHORITY_HOST` or 169.254.169.254. The variables are read for each token.
 *
 * Throws a TypeError where more than one identity is named. `identity` is set for a user-assigned one only: the
 * system-assigned ones of two machines cannot be told apart by what is known here. A claims challenge has no effect,
 * since these endpoints take no claims.
 */
export function managedIdentity(given: ManagedIdentityOptions = {}): Credential {
  const options = optionsOf(given, [...ids, 'fetch'], 'managedIdentity')
  const assigned = userAssigned(options)
  const fetch = checkedFetch(options.fetch)
  return {
    ...(assigned && { identity: `managed-identity/${assigned.by}/${assigned.id}` }),
    async acquire({ audience, signal }) {
      const requestedAt = Date.now()
      const request = appService(audience, assigned) ?? metadataService(audience, assigned)
      const { body } = await requestToken({ ...request, fetch, signal })
      return readTokenResponse(body, requestedAt)
    },
  }
}

const ids = ['clientId', 'objectId', 'resourceId'] as const

interface Assigned {
  readonly by: (typeof ids)[number]
  readonly id: string
}

function userAssigned(options: ManagedIdentityOptions): Assigned | undefined {
  const named = ids.filter(name => options[name] !== undefined)
  const [by] = named
  if (by === undefined) return undefined
  check(named.length === 1, `managedIdentity() takes one of ${named.join(', ')}, not several`)
  const id = options[by]
  checkText(id, by)
  return { by, id }
}

/** Azure: "How to use managed identities for App Service and Azure Functions". */
function appService(audience: string, assigned: Assigned | undefined) {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER, IDENTITY_SERVER_THUMBPRINT, IMDS_ENDPOINT } =
    process.env
  if (IDENTITY_ENDPOINT && (IDENTITY_SERVER_THUMBPRINT || IMDS_ENDPOINT)) {
    throw unusable(
      'Service Fabric and Azure Arc have endpoints of their own kind: use tokenCredential(new ManagedIdentityCredential()) with @azure/identity.',
    )
  }
  if (!IDENTITY_ENDPOINT || !IDENTITY_HEADER) return undefined
  const url = endpoint(IDENTITY_ENDPOINT, 'IDENTITY_ENDPOINT')
  const header = trimmed(IDENTITY_HEADER)
  if (!/^[!-~][ -~]*$/.test(header)) {
    throw unusable(
      `IDENTITY_HEADER ${seen(header) ?? 'holds characters that no header may hold'}: leave it to the platform, and do not copy it.`,
    )
  }
  url.searchParams.set('api-version', '2019-08-01')
  url.searchParams.set('resource', audience)
  const parameters = {
    clientId: 'client_id',
    objectId: 'principal_id',
    resourceId: 'mi_res_id',
  } as const
  if (assigned) url.searchParams.set(parameters[assigned.by], assigned.id)
  return {
    url: url.href,
    headers: { 'x-identity-header': header },
    secrets: [header],
    issuer: appServiceIssuer,
  }
}

/** Azure: "How to use managed identities for Azure resources on an Azure VM to acquire an access token". */
function metadataService(audience: string, assigned: Assigned | undefined) {
  const name = 'AZURE_POD_IDENTITY_AUTHORITY_HOST'
  const host = endpoint(process.env[name] || 'http://169.254.169.254', name)
  const url = new URL('/metadata/identity/oauth2/token', host)
  url.searchParams.set('api-version', '2018-02-01')
  url.searchParams.set('resource', audience)
  const parameters = {
    clientId: 'client_id',
    objectId: 'object_id',
    resourceId: 'msi_res_id',
  } as const
  if (assigned) url.searchParams.set(parameters[assigned.by], assigned.id)
  return { url: url.href, headers: { metadata: 'true' }, issuer: metadataServiceIssuer }
}

function endpoint(value: string, name: string): URL {
  const text = trimmed(value)
  const url = parsedUrl(text)
  if (url && /^https?:$/.test(url.protocol)) return url
  throw unusable(
    `${name} must be an http or https URL, but it ${seen(text) ?? 'is something else'}; the platform sets it where there is a managed identity.`,
  )
}

function unusable(message: string): CloudPartnerAuthError {
  return new CloudPartnerAuthError('credential_failed', message, { retryable: false })
}

const unreachable =
  'A managed identity is there on Azure hosts only: elsewhere, pass another credential. No proxy may stand between.'
const redirected = 'This endpoint never does that: something else answers at its address.'

const appServiceIssuer: TokenIssuer = {
  proxied: false,
  unreachable,
  redirected,
  passes: passesAnywhere,
  description: 'message',
  remedy: (status, said) =>
    status === 401 || status === 403
      ? 'IDENTITY_HEADER changes whenever the app starts: leave it to the platform, and do not copy it.'
      : noIdentity(said),
}

const metadataServiceIssuer: TokenIssuer = {
  proxied: false,
  unreachable,
  redirected,
  // 404 and 410 while the service is being updated, for up to 70 s (Azure: the page above, "Error handling").
  passes: status => passesAnywhere(status) || status === 404 || status === 410,
  remedy: (_, said) => noIdentity(said),
}

function passesAnywhere(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}

function noIdentity(said: string): string | undefined {
  return /identity (not|was not) found|no .*identity|identity_not_found/i.test(said)
    ? 'Turn the system-assigned identity on, or assign the user-assigned one, under Identity of this Azure resource; check clientId, objectId or resourceId (AZURE_CLIENT_ID).'
    : undefined
}
