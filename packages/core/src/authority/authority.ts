import { isLoopback } from '../api/loopback.ts'

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
} = Object.freeze({
  public: 'https://login.microsoftonline.com',
  usGovernment: 'https://login.microsoftonline.us',
  china: 'https://login.partner.microsoftonline.cn',
})

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const domain = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i

/**
 * Checks where a secret may be sent. `authorityHost` defaults to `AZURE_AUTHORITY_HOST`, then to the public cloud.
 * Throws a TypeError that names what is wrong.
 */
export function authority(options: {
  readonly tenantId: string
  readonly authorityHost?: string | undefined
  readonly region?: string | undefined
}): Authority {
  const {
    tenantId,
    authorityHost = globalThis.process?.env['AZURE_AUTHORITY_HOST'] || authorityHosts.public,
  } = options
  if (typeof tenantId !== 'string' || !(guid.test(tenantId) || domain.test(tenantId))) {
    throw new TypeError(
      `tenantId (AZURE_TENANT_ID) must be the tenant's GUID or one of its domain names, not ${shown(tenantId)}`,
    )
  }
  const host = parsed(authorityHost)
  if (
    !host ||
    host.origin !== String(authorityHost).replace(/\/$/, '') ||
    !(host.protocol === 'https:' || isLoopback(host))
  ) {
    throw new TypeError(
      `authorityHost (AZURE_AUTHORITY_HOST) must be an https origin such as ${authorityHosts.public}, or http on a loopback address`,
    )
  }
  const { region } = options
  if (region !== undefined && !/^[a-z0-9]+$/.test(region)) {
    throw new TypeError('region must be the name of an Azure region, such as westeurope')
  }
  if (region !== undefined && isLoopback(host)) {
    throw new TypeError('region: an authority on loopback has no regional endpoints')
  }
  return { host: host.origin, tenantId, region }
}

/** URL of the token endpoint: computed, so that no discovery call is made. */
export function tokenUrl({ host, tenantId, region }: Authority, version: 'v1' | 'v2'): string {
  const path = `/${tenantId}/oauth2/${version === 'v1' ? '' : 'v2.0/'}token`
  if (region === undefined) return host + path
  // The public cloud's regional endpoints have a domain of their own.
  const { host: name } = new URL(
    host === authorityHosts.public ? 'https://login.microsoft.com' : host,
  )
  return `${new URL(host).protocol}//${region}.${name}${path}`
}

/** Checks an application (client) ID. Throws a TypeError that says what it should be. */
export function checkedClientId(clientId: string): string {
  if (typeof clientId === 'string' && guid.test(clientId)) return clientId
  throw new TypeError(
    `clientId (AZURE_CLIENT_ID) must be the application (client) ID, a GUID, not ${shown(clientId)}`,
  )
}

function parsed(url: string): URL | undefined {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
}

// A secret pasted into the wrong field must not be printed, so only the shape of the value is.
function shown(value: unknown): string {
  return typeof value === 'string'
    ? value === ''
      ? 'an empty string'
      : 'another string'
    : String(typeof value)
}
