import type { ServerResponse } from 'node:http'
import {
  accessToken,
  type CloudPartnerAuth,
  type CloudPartnerAuthOptions,
  cloudPartnerAuth,
  cloudPartnerPortal,
  type TokenEvent,
} from '@cloud-partner-auth/core'
import { type Loopback, loopback, type Received } from './loopback.ts'

/** Writes the answer to a request; one that returns `false` leaves it to the portal. */
type Answering = (request: Received, response: ServerResponse) => unknown

/** A server that refuses every token before the current one and says `ok` to all others. */
export interface Portal extends Loopback {
  /** What happened in its auths. */
  readonly events: readonly TokenEvent[]
  /** An auth that covers it, with tokens `token-1`, `token-2`, … of its own. */
  auth(options?: CloudPartnerAuthOptions): CloudPartnerAuth
  /** From now on `token-1` is refused, so that every auth has to renew once. */
  refuseFirst(): void
  answer(answering: Answering): void
}

/** Starts one on a free port of loopback. */
export async function startPortal(): Promise<Portal> {
  const events: TokenEvent[] = []
  let good = 1
  let answer: Answering = () => false

  const server = await loopback((_request, response, received) => {
    if (answer(received, response) !== false) return
    const token = /^Bearer token-(\d+)$/.exec(received.headers.authorization ?? '')?.[1]
    response.statusCode = Number(token) >= good ? 200 : 401
    response.end(response.statusCode === 200 ? 'ok' : 'refused')
  })

  return {
    ...server,
    events,
    auth(options) {
      let issued = 0
      return cloudPartnerAuth({
        credential: {
          acquire: async () =>
            accessToken({ value: `token-${++issued}`, expiresAt: Date.now() + 3_600_000 }),
        },
        apis: [{ ...cloudPartnerPortal, paths: undefined, origins: [server.origin] }],
        observe: event => events.push(event),
        ...options,
      })
    },
    refuseFirst() {
      good = 2
    },
    answer(answering) {
      answer = answering
    },
  }
}
