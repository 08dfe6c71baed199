import type { Received } from '../server/loopback.ts'
import type { Authority } from './authority.ts'
import { echo, type RecordingServer, type Reply, recordingServer } from './recording-server.ts'

/** A server that accepts the tokens of an authority and describes each request in its answer. */
export interface StagePortal extends RecordingServer {
  /** Refuses every token handed out so far. */
  revoke(): void
  /** Its answer by default: 401 to a request without a good token, otherwise an echo. */
  judge(request: Received): Reply
}

/** The body of its 401. */
export const refusal = '{"error":{"code":"Unauthorized","message":"The access token is refused."}}'

export async function startStagePortal(authority: Authority): Promise<StagePortal> {
  let revoked = 0

  function judge(request: Received): Reply {
    const { authorization } = request.headers
    const good = authority.issued.slice(revoked).some(token => authorization === `Bearer ${token}`)
    return good ? echo(request) : refused
  }

  const server = await recordingServer(judge)
  return {
    ...server,
    judge,
    revoke() {
      revoked = authority.issued.length
    },
  }
}

const refused: Reply = {
  status: 401,
  headers: {
    'content-type': 'application/json',
    'www-authenticate': 'Bearer error="invalid_token"',
  },
  body: refusal,
}
