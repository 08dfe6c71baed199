import type { ClientRequest } from 'node:http'
import type { Answer, Attempt } from '@cloud-partner-auth/core/adapter'
import type { GotOptions, GotResponse } from './got-options.ts'

export function answer({ statusCode, url, headers, request }: GotResponse): Answer {
  return {
    status: statusCode,
    url,
    challenge: headers['www-authenticate'],
    replayable: replayable(request.options),
  }
}

/**
 * Tells `attempt` the answer to the request of a stream, which no hook of got's gets to see. It is not resent, but
 * the next request must not be refused as well.
 */
export function tellStreamAnswer(request: ClientRequest, url: string, attempt: Attempt): void {
  request.once('response', ({ statusCode: status = 0, headers }) => {
    const facts = { status, url, challenge: headers['www-authenticate'], replayable: false }
    attempt.answered(facts).catch(() => {}) // nobody waits for what comes of it
  })
}

/** Of `json` and `form` got has made a string by now, but for got 11, which keeps them and has no body then. */
function replayable({ body }: GotOptions): boolean {
  return body === undefined || typeof body === 'string' || ArrayBuffer.isView(body)
}
