import { demandedClaims } from '../faults/demanded-claims.ts'
import type { Call } from '../http/call.ts'
import type { Reply } from '../http/reply.ts'
import { type Answer, chosen } from './answer.ts'
import type { TokenVerdict } from './bearer-token.ts'
import { satisfies } from './claims-challenge.ts'
import type { Operation } from './operation.ts'
import { parameter } from './parameter.ts'
import { refusedBecause, reply } from './reply.ts'
import type { Service } from './service.ts'

/** Lets a request through to `operation` if its token, its version and its app are what the API wants. */
export async function guarded<State>(
  service: Service<State>,
  operation: Operation<State>,
  call: Call,
): Promise<Reply> {
  const { api, checkToken } = service
  const verdict = await checkToken(call.headers.authorization, call.now, api.audiences)
  const state = service.state()
  const clientId = String(verdict.token?.claims['appid'] ?? '')
  const tenantId = String(verdict.token?.claims['tid'] ?? '')
  return (
    refuseToken(service, verdict, call) ??
    api.refuseVersion?.(versionOf(service, call), call) ??
    api.refuseApp?.(state, clientId) ??
    operation.answer({
      ...call,
      state,
      clientId,
      tenantId,
      newId: service.newId(),
      authorityOrigin: service.authorityOrigin(),
    })
  )
}

/** The version that a request names. */
export function versionOf<State>(
  { api }: Pick<Service<State>, 'api'>,
  { query }: Pick<Call, 'query'>,
): string | undefined {
  return api.versionParameter === undefined ? undefined : parameter(query, api.versionParameter)
}

function refuseToken<State>(
  { api, authorityOrigin }: Service<State>,
  verdict: TokenVerdict,
  call: Call,
): Reply | undefined {
  const refused = verdict.refused ?? refusedByFault(call)
  if (refused !== undefined) {
    return refusedBecause(refused, api.refusals.unauthorized(refused, authorityOrigin()))
  }
  const demanded = demandedClaims(call.fault)
  if (!demanded || satisfies(verdict.token, demanded)) return undefined
  return insufficientClaims(demanded, authorityOrigin())
}

function refusedByFault(call: Call): string | undefined {
  return call.fault?.fault.type === 'refuse' ? 'The access token is refused.' : undefined
}

/** What every API answers while the fault `claims-challenge` applies. */
export const claimsChallenge: Answer = chosen(
  401,
  'the fault `claims-challenge` applies and the token was not acquired with its claims',
  'the form is that of [Entra](https://learn.microsoft.com/entra/identity-platform/claims-challenge); of these services only those behind Microsoft Graph are said to send one',
)

function insufficientClaims(demanded: Readonly<Record<string, unknown>>, origin: string): Reply {
  const claims = Buffer.from(JSON.stringify(demanded)).toString('base64')
  const reason = 'The access token lacks claims.'
  const body = { error: { code: 'Unauthorized', message: reason } }
  const challenge = `Bearer realm="", authorization_uri="${origin}/common/oauth2/authorize", error="insufficient_claims", claims="${claims}"`
  return refusedBecause(reason, reply(claimsChallenge, body, { 'www-authenticate': challenge }))
}
