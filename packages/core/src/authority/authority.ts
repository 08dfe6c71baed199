import { isLoopback, parsedUrl, seenInPlaceOfOrigin } from '../api/url.ts'
import { check } from '../check.ts'
import { seen, trimmed } from '../seen.ts'

/** Where a tenant's tokens are issued: an Entra authority host and a tenant of it. */
export interface Authority {
  /** Origin of the authority, such as `https://login.microsoftonline.com`. */
  readonly host: string
  readonly tenantId: string
  /** Azure region whose own endpoint is used. */
  readonly region: string | undefined
}

/** The authority hosts of the clouds (Entra, "National clouds"). */
export const authorityHosts: {
  readonly public: string
  readonly usGovernment: string
  readonly china: string
} = /* @__PURE__ */ Object.freeze({
  public: 'https://login.microsoftonline.com',
  usGovernment: 'https://login.microsoftonline.us',
  china: 'https://login.partner.microsoftonline.cn',
})

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const domain = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i

/**
 * Checks where a secret may be sent; white space around a value is taken off. Throws a TypeError that names what is
 * wrong.
 */
export function authority(options: {
  readonly tenantId: string | undefined
  readonly authorityHost?: string | undefined
  readonly region?: string | undefined
}): Authority {
  const { authorityHost = authorityHosts.public } = options
  const tenantId = trimmed(options.tenantId)
  check(
    isGuid(tenantId) || (typeof tenantId === 'string' && domain.test(tenantId)),
    `tenantId (AZURE_TENANT_ID) must be the tenant's GUID or one of its domain names, ${but(tenantId)}`,
  )
  const host = checkedAuthorityHost(authorityHost, 'authorityHost (AZURE_AUTHORITY_HOST)')
  const region = trimmed(options.region)
  check(
    region === undefined || (/^[a-z0-9]+$/.test(region) && !isLoopback(new URL(host))),
    'region must be the name of an Azure region, such as westeurope, and absent on loopback',
  )
  return { host, tenantId, region }
}

/** The origin of an authority, without white space around it. Throws a TypeError that begins with `at`. */
export function checkedAuthorityHost(authorityHost: string, at: string): string {
  const origin = trimmed(authorityHost)
  const host = parsedUrl(origin)
  const exact = host?.origin === String(origin).replace(/\/$/, '')
  check(
    exact && (host.protocol === 'https:' || isLoopback(host)),
    `${at} must be an https origin such as ${authorityHosts.public}, or http on a loopback address, but it ${seenInPlaceOfOrigin(origin)}`,
  )
  return host.origin
}

/** URL of the token endpoint: computed, so that no discovery call is made. */
export function tokenUrl({ host, tenantId, region }: Authority, version: 'v1' | 'v2'): string {
  const path = `/${tenantId}/oauth2/${version === 'v1' ? '' : 'v2.0/'}token`
  if (region === undefined) return host + path
  // The public cloud's regional endpoints have a domain of their own.
  const global = host === authorityHosts.public ? 'https://login.microsoft.com' : host
  const { protocol, host: name } = new URL(global)
  return `${protocol}//${region}.${name}${path}`
}

/** An application (client) ID, without white space around it. Throws a TypeError that says what it should be. */
export function checkedClientId(clientId: string | undefined): string {
  const id = trimmed(clientId)
  check(
    isGuid(id),
    `clientId (AZURE_CLIENT_ID) must be the application (client) ID, a GUID, ${but(id)}`,
  )
  return id
}

/** The form of every ID that Entra gives out. */
export function isGuid(value: unknown): value is string {
  return typeof value === 'string' && guid.test(value)
}

/** The end of a message: what is odd about a value, which may be a secret in the wrong place and is not shown. */
function but(value: unknown): string {
  const odd = seen(value)
  if (odd !== undefined) return `but it ${odd}`
  return /^https?:/i.test(String(value)) ? 'but it is a URL' : 'but it is something else'
}
