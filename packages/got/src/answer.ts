import type { IncomingMessage } from 'node:http'
import type { Answer } from '@cloud-partner-auth/core/adapter'
import type { GotOptions, GotResponse } from './got-options.ts'

export function answer({ statusCode, url, headers, request }: GotResponse): Answer {
  return {
    status: statusCode,
    url,
    challenge: headers['www-authenticate'],
    replayable: replayable(request.options),
  }
}

/** The same when only its head is there, which is all that is seen of the answer to a stream. */
export function head({ statusCode: status = 0, headers }: IncomingMessage, url: string): Answer {
  return { status, url, challenge: headers['www-authenticate'], replayable: false }
}

/** Of `json` and `form` got has made a string by now, but for got 11, which keeps them and has no body then. */
function replayable({ body }: GotOptions): boolean {
  return body === undefined || typeof body === 'string' || ArrayBuffer.isView(body)
}
