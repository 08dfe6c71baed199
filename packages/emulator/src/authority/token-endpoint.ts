import { demandedClaims } from '../faults/demanded-claims.ts'
import type { Call } from '../http/call.ts'
import { type About, json, type Reply } from '../http/reply.ts'
import type { Route } from '../http/route.ts'
import { AadstsError, aadsts, aadstsReply, noStore } from './aadsts.ts'
import type { Authority } from './authority.ts'
import { authenticateClient, claimedClient } from './client-authentication.ts'
import type { Tenant } from './directory.ts'
import { readForm } from './form.ts'
import { requestedClaims } from './requested-claims.ts'
import { requestedResource } from './requested-resource.ts'
import type { HandedToken } from './token-desk.ts'

/** A token endpoint of Entra for the client credentials grant. */
export function tokenEndpoint(authority: Authority, version: 'v1' | 'v2', path: string): Route {
  return {
    side: 'authority',
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    path,
    describe: call => describe(version, call),
    async answer(call) {
      try {
        return await grant(authority, version, call)
      } catch (error) {
        if (error instanceof AadstsError) return aadstsReply(error, call, authority.origin())
        throw error
      }
    },
  }
}

async function grant(authority: Authority, version: 'v1' | 'v2', call: Call): Promise<Reply> {
  const tenant = findTenant(authority, call.params['tenant'] ?? '')
  if (call.method !== 'POST') throw aadsts(900561, call.method)
  const form = await readForm(call)
  const grantType = form.get('grant_type')
  if (grantType === undefined) throw aadsts(900144, 'grant_type')
  if (grantType !== 'client_credentials') throw aadsts(70003, grantType)
  const { app, credential } = await authenticateClient(authority, call, form, tenant)
  const audience = requestedResource(version, form)
  if (!authority.knows(audience)) throw aadsts(500011, audience, tenant.domain)
  const requested = requestedClaims(form.get('claims'))
  const demanded = demandedClaims(call.fault)
  if (demanded) return blocked(demanded, call, authority.origin())

  const { lifetime = 3_599_000, refreshAfter } = authority.tokens
  const authenticatedBy = credential === 'secret' ? '1' : '2'
  const order = { principal: app, audience, authenticatedBy, lifetime, requested } as const
  const handed = await authority.hand(call, order)
  const body =
    version === 'v1' ? v1Body(handed, audience, call.now) : v2Body(handed, call.now, refreshAfter)
  return { ...json(200, body, noStore), about: { tokenId: handed.id, credential } }
}

function findTenant(authority: Authority, name: string): Tenant {
  const tenant = authority.directory.tenant(name)
  if (tenant) return tenant
  if (/^(common|consumers)$/i.test(name)) throw aadsts(9001023)
  if (/^organizations$/i.test(name)) throw aadsts(50059)
  const plausible = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[a-z0-9-]+(\.[a-z0-9-]+)+$/i
  throw plausible.test(name) ? aadsts(90002, name) : aadsts(900023, name)
}

// Conditional Access names the claims that it misses.
function blocked(demanded: object, call: Call, origin: string): Reply {
  const reply = aadstsReply(aadsts(53003), call, origin)
  const body = {
    ...JSON.parse(reply.body),
    suberror: 'message_only',
    claims: JSON.stringify(demanded),
  }
  return { ...reply, body: JSON.stringify(body) }
}

// v1 sends every number as a string.
function v1Body(handed: HandedToken, resource: string, now: number): object {
  const expiresIn = String(seconds(handed.expiresAt - now))
  return {
    token_type: 'Bearer',
    expires_in: expiresIn,
    ext_expires_in: expiresIn,
    expires_on: String(seconds(handed.expiresAt)),
    not_before: String(seconds(handed.notBefore)),
    resource,
    access_token: handed.token,
  }
}

function v2Body(handed: HandedToken, now: number, refreshAfter?: number): object {
  const expiresIn = seconds(handed.expiresAt - now)
  return {
    token_type: 'Bearer',
    expires_in: expiresIn,
    ext_expires_in: expiresIn,
    ...(refreshAfter !== undefined && { refresh_in: seconds(refreshAfter) }),
    access_token: handed.token,
  }
}

/** What a token request says of itself, whatever comes of it; never its credential. */
async function describe(version: 'v1' | 'v2', call: Call): Promise<About> {
  const about: Record<string, string> = {}
  try {
    const form = await readForm(call)
    const { clientId } = claimedClient(call, form)
    if (clientId !== undefined) about['clientId'] = clientId
    for (const name of ['resource', 'scope', 'claims']) {
      const value = form.get(name)
      if (value !== undefined) about[name] = value
    }
  } catch {
    // A form that cannot be read is refused later, by the answer, with the reason.
  }
  return { ...about, endpoint: version, tenant: call.params['tenant'] ?? '' }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
