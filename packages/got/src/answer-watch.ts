import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Answer, Attempt } from '@cloud-partner-auth/core/adapter'
import type { GotOptions, GotResponse, GotRetry } from './got-options.ts'
import type { Route } from './route.ts'
import type { TimeLimit } from './time-limit.ts'

/** Reports to core the answers it may act on, across one request's redirects and retries. */
export interface AnswerWatch {
  /** The attempt to send next, if the last answer called for one. What was known of the last attempt is forgotten. */
  next(): Promise<Attempt | undefined> | undefined
  /** Waits for the answer to `attempt`, which was sent with `options` as `request`, if anything is known of that. */
  begin(attempt: Attempt, options: GotOptions, request?: unknown): void
}

/** `settle` is called when there is an answer. */
export function answerWatch(way: Route, limit: TimeLimit, settle: () => void): AnswerWatch {
  let sent: Attempt | undefined
  let following: Promise<Attempt | undefined> | undefined

  return {
    next() {
      const next = following
      sent = following = undefined
      return next
    },

    begin(attempt, options, request) {
      sent = attempt
      if (!isRequest(request)) return judgeWhole(options)
      // However it ends, when no hook is called either.
      request.once('close', () => limit.restore(options))
      request.once('response', (response: IncomingMessage) => {
        settle()
        // A stream is not resent. Its token is renewed for the next request; nobody waits for what comes of that.
        if (options.isStream) attempt.answered(head(response, way.url()))?.catch(() => {})
        else if (way.mayRefuse(response.statusCode)) judgeWhole(options)
      })
    },
  }

  /** First in the list, so that the caller's own hooks see the final answer only. Got takes long about each hook, so it is not there for every answer. */
  function judgeWhole({ hooks }: GotOptions): void {
    if (!hooks.afterResponse.includes(afterResponse))
      hooks.afterResponse = [afterResponse, ...hooks.afterResponse]
  }

  async function afterResponse(response: GotResponse, retry: GotRetry): Promise<GotResponse> {
    settle()
    const answered = sent?.answered(answer(response))
    sent = undefined
    if (!answered) return response
    const renewed = limit.during(answered)
    // If the renewal fails, the resend throws that error.
    if (!(await renewed.catch(() => true))) return response
    following = renewed
    return sendAgain(response, retry)
  }
}

export function isRequest(value: unknown): value is ClientRequest {
  return typeof (value as { setHeader?: unknown } | undefined)?.setHeader === 'function'
}

function answer(response: GotResponse): Answer {
  const { statusCode, url, headers, request } = response
  return {
    status: statusCode,
    url,
    challenge: headers['www-authenticate'],
    replayable: replayable(request.options),
    delivered: response,
  }
}

/** The same when only its head is there, which is all that is seen of the answer to a stream. */
function head({ statusCode: status = 0, headers }: IncomingMessage, url: string): Answer {
  return { status, url, challenge: headers['www-authenticate'], replayable: false }
}

/** Got has made a string of `json` and `form` by now; got 11 keeps them and has no body then. */
function replayable({ body }: GotOptions): boolean {
  return body === undefined || typeof body === 'string' || ArrayBuffer.isView(body)
}

/**
 * Has got begin the request anew, as if the answer had not been given: with all the caller's `afterResponse` hooks, of
 * which got drops some, and without spending one of the caller's retries or asking the caller's `calculateDelay`.
 */
async function sendAgain({ request }: GotResponse, retry: GotRetry): Promise<GotResponse> {
  const { hooks, retry: rules } = request.options
  const { afterResponse } = hooks
  const { calculateDelay } = rules
  try {
    // Asked once, and not by got 11, which delays and counts nothing.
    return await retry({
      retry: {
        calculateDelay({ computedValue }) {
          rules.calculateDelay = calculateDelay
          request.retryCount--
          return computedValue
        },
      },
    })
  } finally {
    hooks.afterResponse = afterResponse
  }
}
