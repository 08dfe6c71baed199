import type { HandedToken, TokenDesk } from '../authority/token-desk.ts'
import type { Call } from '../http/call.ts'
import { type About, json, type Reply } from '../http/reply.ts'
import type { Route } from '../http/route.ts'
import type { ManagedIdentities, ManagedIdentity } from './managed-identities.ts'

/** What the managed-identity endpoints hand out tokens from. */
export interface ManagedIdentityParts {
  readonly identities: ManagedIdentities
  readonly hand: TokenDesk
  readonly knows: (resource: string) => boolean
}

/** Where App Service and IMDS have their endpoints. */
export const appServicePath = '/msi/token'
const imdsPath = '/metadata/identity/oauth2/token'

// A managed identity's tokens last a day.
const lifetime = 86_400_000

/** The two forms in which Azure hosts give tokens to what runs on them. */
export function managedIdentityRoutes(parts: ManagedIdentityParts): Route[] {
  return [
    {
      side: 'managed-identity',
      method: 'GET',
      path: appServicePath,
      describe: call => describe('app-service', call),
      answer: call => appService(parts, call),
    },
    {
      side: 'managed-identity',
      method: 'GET',
      path: imdsPath,
      describe: call => describe('imds', call),
      answer: call => imds(parts, call),
    },
  ]
}

async function appService(parts: ManagedIdentityParts, call: Call): Promise<Reply> {
  if (call.headers['x-identity-header'] !== parts.identities.header || refusedByFault(call)) {
    return appServiceError(call, 401, 'The X-IDENTITY-HEADER is missing or wrong.')
  }
  if (call.query.get('api-version') !== '2019-08-01') {
    return appServiceError(call, 400, 'Unsupported api-version; 2019-08-01 is wanted.')
  }
  const resource = call.query.get('resource')
  if (!resource) return appServiceError(call, 400, 'The parameter resource is missing.')
  const identity = parts.identities.find(call.query)
  if (!identity) {
    return appServiceError(
      call,
      400,
      'No Managed Identity found for specified ClientId/ResourceId/PrincipalId.',
    )
  }
  if (!parts.knows(resource)) return appServiceError(call, 400, `Unknown resource ${resource}.`)
  const handed = await parts.hand(call, order(identity, resource))
  return handing(handed, identity, {
    access_token: handed.token,
    client_id: identity.clientId,
    expires_on: String(seconds(handed.expiresAt)),
    resource,
    token_type: 'Bearer',
  })
}

async function imds(parts: ManagedIdentityParts, call: Call): Promise<Reply> {
  // Both keep requests that were forwarded on behalf of others from reaching the endpoint.
  if (call.headers['metadata']?.toString().toLowerCase() !== 'true') {
    return imdsError(400, 'bad_request_102', 'Required metadata header not specified')
  }
  if (call.headers['x-forwarded-for'] !== undefined) {
    return imdsError(400, 'invalid_request', 'Request contains header X-Forwarded-For')
  }
  if (refusedByFault(call)) return imdsError(401, 'unknown_source', 'Unknown Source')
  const version = call.query.get('api-version') ?? ''
  if (!/^\d{4}-\d\d-\d\d$/.test(version)) {
    return imdsError(400, 'invalid_request', 'Required query variable api-version is missing')
  }
  const resource = call.query.get('resource')
  if (!resource) {
    return imdsError(400, 'invalid_request', 'Required audience parameter not specified')
  }
  const identity = parts.identities.find(call.query)
  if (!identity) return imdsError(400, 'invalid_request', 'Identity not found')
  if (!parts.knows(resource)) {
    return imdsError(400, 'invalid_resource', `AADSTS500011: Unknown resource ${resource}.`)
  }
  const handed = await parts.hand(call, order(identity, resource))
  return handing(handed, identity, {
    access_token: handed.token,
    client_id: identity.clientId,
    expires_in: String(seconds(handed.expiresAt - call.now)),
    expires_on: String(seconds(handed.expiresAt)),
    ext_expires_in: String(seconds(handed.expiresAt - call.now)),
    not_before: String(seconds(handed.notBefore)),
    resource,
    token_type: 'Bearer',
  })
}

function order(principal: ManagedIdentity, audience: string) {
  return { principal, audience, authenticatedBy: '2', lifetime } as const
}

function handing(handed: HandedToken, identity: ManagedIdentity, body: object): Reply {
  const { tenantId: tenant, clientId } = identity
  return { ...json(200, body), about: { tokenId: handed.id, tenant, clientId } }
}

function appServiceError(call: Call, statusCode: number, message: string): Reply {
  return json(statusCode, { statusCode, message, correlationId: call.id })
}

function imdsError(status: number, error: string, description: string): Reply {
  return json(status, { error, error_description: description })
}

function refusedByFault(call: Call): boolean {
  return call.fault?.fault.type === 'refuse'
}

function describe(endpoint: 'app-service' | 'imds', call: Call): About {
  const resource = call.query.get('resource')
  return { endpoint, ...(resource !== null && { resource }) }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
