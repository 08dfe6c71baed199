import { isLoopback } from '../api/loopback.ts'

/** Where a tenant's tokens are issued: an Entra authority host and a tenant of it. */
export interface Authority {
  /** Origin of the authority, such as `https://login.microsoftonline.com`. */
  readonly host: string
  readonly tenantId: string
}

const publicCloud = 'https://login.microsoftonline.com'
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const domain = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i

/**
 * Checks where a secret may be sent. `authorityHost` defaults to `AZURE_AUTHORITY_HOST`, then to the public cloud.
 * Throws a TypeError that names what is wrong.
 */
export function authority(options: {
  readonly tenantId: string
  readonly authorityHost?: string | undefined
}): Authority {
  const {
    tenantId,
    authorityHost = globalThis.process?.env['AZURE_AUTHORITY_HOST'] || publicCloud,
  } = options
  if (typeof tenantId !== 'string' || !(guid.test(tenantId) || domain.test(tenantId))) {
    throw new TypeError(
      `tenantId must be the tenant's GUID or one of its domain names, not ${shown(tenantId)}`,
    )
  }
  const host = parsed(authorityHost)
  if (
    !host ||
    host.origin !== String(authorityHost).replace(/\/$/, '') ||
    !(host.protocol === 'https:' || isLoopback(host))
  ) {
    throw new TypeError(
      `authorityHost (AZURE_AUTHORITY_HOST) must be an https origin such as ${publicCloud}, or http on a loopback address`,
    )
  }
  return { host: host.origin, tenantId }
}

/** Checks an application (client) ID. Throws a TypeError that says what it should be. */
export function checkedClientId(clientId: string): string {
  if (typeof clientId === 'string' && guid.test(clientId)) return clientId
  throw new TypeError(
    `clientId must be the application (client) ID, a GUID, not ${shown(clientId)}`,
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
