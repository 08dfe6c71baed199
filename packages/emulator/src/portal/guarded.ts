import type { Call } from '../http/call.ts'
import type { Reply } from '../http/reply.ts'
import { apiError } from './api-error.ts'
import { apiVersion, refuseVersion } from './api-version.ts'
import type { TokenCheck } from './bearer-token.ts'

/** A request whose token holds, with the app that the token was issued to. */
export interface AuthorizedCall extends Call {
  readonly clientId: string
}

/** Answers one operation of the portal. */
export type Operation = (call: AuthorizedCall) => Reply

/** What stands before every operation. */
export interface Guard {
  readonly checkToken: TokenCheck
  readonly origin: () => string
}

/** Lets a request through to `operation` if its token holds (401) and it names a version (400). */
export async function guarded(guard: Guard, operation: Operation, call: Call): Promise<Reply> {
  const version = apiVersion(call.query)
  const { token, refused } = await guard.checkToken(call.headers.authorization, call.now)
  const about = { ...(token && { token }), ...(version !== undefined && { apiVersion: version }) }
  const reply =
    (refused !== undefined ? unauthorized(refused, guard.origin()) : refuseVersion(version)) ??
    operation({ ...call, clientId: String(token?.claims['appid'] ?? '') })
  return { ...reply, about: { ...about, ...reply.about } }
}

// The portal's own challenge is not documented; this is the one of the v1 protocol's page.
function unauthorized(reason: string, origin: string): Reply {
  const challenge = `Bearer authorization_uri="${origin}/common/oauth2/authorize", error="invalid_token", error_description="${reason.replaceAll('"', "'")}"`
  return {
    ...apiError(401, 'Unauthorized', reason, { 'www-authenticate': challenge }),
    about: { refused: reason },
  }
}
