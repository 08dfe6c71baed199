import { demandedClaims } from '../faults/demanded-claims.ts'
import type { Call } from '../http/call.ts'
import type { Head } from '../http/head.ts'
import type { About, Reply } from '../http/reply.ts'
import { apiError } from './api-error.ts'
import { apiVersion, refuseVersion } from './api-version.ts'
import { shownToken, type TokenCheck, type TokenVerdict } from './bearer-token.ts'
import { satisfies } from './claims-challenge.ts'
import type { Portal } from './portal.ts'

/** A request whose token holds and that names a version. */
export interface PortalCall extends Call {
  /** The app that the token was issued to. */
  readonly clientId: string
  readonly portal: Portal
  readonly origin: string
}

/** Answers one operation of the portal. */
export type Operation = (call: PortalCall) => Reply

/** What stands before every operation. */
export interface Guard {
  readonly checkToken: TokenCheck
  readonly origin: () => string
}

/** Lets a request through to `operation` if its token holds (401) and it names a version (400). */
export async function guarded(
  { checkToken, origin }: Guard,
  portal: Portal,
  operation: Operation,
  call: Call,
): Promise<Reply> {
  const verdict = await checkToken(call.headers.authorization, call.now)
  const clientId = String(verdict.token?.claims['appid'] ?? '')
  return (
    refuseToken(verdict, call, origin()) ??
    refuseVersion(apiVersion(call.query)) ??
    operation({ ...call, clientId, portal, origin: origin() })
  )
}

/** The version that a request names and the token that it shows, whatever they are worth. */
export function recognize({ query, headers, at }: Head): About {
  const version = apiVersion(query)
  const token = shownToken(headers.authorization, at)
  return { ...(token && { token }), ...(version !== undefined && { apiVersion: version }) }
}

function refuseToken(verdict: TokenVerdict, call: Call, origin: string): Reply | undefined {
  const refused = verdict.refused ?? refusedByFault(call)
  if (refused !== undefined) return unauthorized(refused, origin)
  const demanded = demandedClaims(call.fault)
  if (!demanded || satisfies(verdict.token, demanded)) return undefined
  return insufficientClaims(demanded, origin)
}

function refusedByFault(call: Call): string | undefined {
  return call.fault?.fault.type === 'refuse' ? 'The access token is refused.' : undefined
}

// The portal's own challenges are not documented; these are those of the identity platform's pages.
function unauthorized(reason: string, origin: string): Reply {
  return {
    ...apiError(401, 'Unauthorized', reason, {
      'www-authenticate': `Bearer authorization_uri="${origin}/common/oauth2/authorize", error="invalid_token", error_description="${reason.replaceAll('"', "'")}"`,
    }),
    about: { refused: reason },
  }
}

function insufficientClaims(demanded: Readonly<Record<string, unknown>>, origin: string): Reply {
  const claims = Buffer.from(JSON.stringify(demanded)).toString('base64')
  const reason = 'The access token lacks claims.'
  return {
    ...apiError(401, 'Unauthorized', reason, {
      'www-authenticate': `Bearer realm="", authorization_uri="${origin}/common/oauth2/authorize", error="insufficient_claims", claims="${claims}"`,
    }),
    about: { refused: reason },
  }
}
