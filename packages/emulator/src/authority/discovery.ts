import type { Call } from '../http/call.ts'
import { json, type Reply } from '../http/reply.ts'
import type { Route } from '../http/route.ts'
import { aadsts, aadstsReply } from './aadsts.ts'
import type { Authority } from './authority.ts'

/** OpenID configuration, keys and instance discovery, with which libraries find the rest. */
export function discoveryRoutes(authority: Authority): Route[] {
  const route = (path: string, answer: Route['answer']): Route => ({
    side: 'discovery',
    method: 'GET',
    path,
    answer,
  })
  const keys = async () => json(200, { keys: [(await authority.signingKey()).publicJwk] })
  return [
    route('/:tenant/.well-known/openid-configuration', call =>
      configuration(authority, 'v1', call),
    ),
    route('/:tenant/v2.0/.well-known/openid-configuration', call =>
      configuration(authority, 'v2', call),
    ),
    route('/:tenant/discovery/keys', keys),
    route('/:tenant/discovery/v2.0/keys', keys),
    route('/common/discovery/instance', call => instance(authority, call)),
  ]
}

function configuration(authority: Authority, version: 'v1' | 'v2', call: Call): Reply {
  const name = call.params['tenant'] ?? ''
  const tenant = authority.directory.tenant(name)
  const origin = authority.origin()
  if (!tenant) return aadstsReply(aadsts(90002, name), call, origin)
  const base = `${origin}/${tenant.id}`
  const infix = version === 'v1' ? '' : '/v2.0'
  return json(200, {
    token_endpoint: `${base}/oauth2${infix}/token`,
    token_endpoint_auth_methods_supported: [
      'client_secret_post',
      'private_key_jwt',
      'client_secret_basic',
    ],
    jwks_uri: `${base}/discovery${infix}/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    // Libraries want the issuer of v2 to be on the authority's own origin.
    issuer: version === 'v1' ? `https://sts.windows.net/${tenant.id}/` : `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2${infix}/authorize`,
  })
}

function instance(authority: Authority, call: Call): Reply {
  const { host } = new URL(authority.origin())
  const tenant = authority.directory.tenants[0]?.id ?? 'common'
  const wanted = call.query.get('authorization_endpoint') ?? ''
  return json(200, {
    tenant_discovery_endpoint: `${authority.origin()}/${tenantOf(wanted) ?? tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': call.query.get('api-version') ?? '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  })
}

function tenantOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).pathname.split('/')[1] : undefined
}
