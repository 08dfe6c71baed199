import { isLoopback, parsedUrl } from '../api/url.ts'
import { check } from '../check.ts'

/** Where a tenant's tokens are issued: an Entra authority host and a tenant of it. */
export interface Authority {
  /** Origin of the authority, such as `https://login.microsoftonline.com`. */
  readonly host: string
  readonly tenantId: string
  /** Azure region whose own endpoint is used. */
  readonly region: string | undefined
}

export const publicCloud = 'https://login.microsoftonline.com'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const domain = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i

/** Checks where a secret may be sent. Throws a TypeError that names what is wrong. */
export function authority(options: {
  readonly tenantId: string
  readonly authorityHost?: string | undefined
  readonly region?: string | undefined
}): Authority {
  const { tenantId, authorityHost = publicCloud, region } = options
  check(
    typeof tenantId === 'string' && (guid.test(tenantId) || domain.test(tenantId)),
    `tenantId (AZURE_TENANT_ID) must be the tenant's GUID or one of its domain names, not ${shown(tenantId)}`,
  )
  const host = checkedAuthorityHost(authorityHost, 'authorityHost (AZURE_AUTHORITY_HOST)')
  check(
    region === undefined || (/^[a-z0-9]+$/.test(region) && !isLoopback(new URL(host))),
    'region must be the name of an Azure region, such as westeurope, and absent on loopback',
  )
  return { host, tenantId, region }
}

/** The origin of an authority. Throws a TypeError that begins with `at`. */
export function checkedAuthorityHost(authorityHost: string, at: string): string {
  const host = parsedUrl(authorityHost)
  const exact = host?.origin === String(authorityHost).replace(/\/$/, '')
  check(
    exact && (host.protocol === 'https:' || isLoopback(host)),
    `${at} must be an https origin such as ${publicCloud}, or http on a loopback address`,
  )
  return host.origin
}

/** Checks an application (client) ID. Throws a TypeError that says what it should be. */
export function checkedClientId(clientId: string): string {
  check(
    typeof clientId === 'string' && guid.test(clientId),
    `clientId (AZURE_CLIENT_ID) must be the application (client) ID, a GUID, not ${shown(clientId)}`,
  )
  return clientId
}

// A secret pasted into the wrong field must not be printed, so only the kind of the value is.
function shown(value: unknown): string {
  return typeof value === 'string' ? 'another string' : typeof value
}
