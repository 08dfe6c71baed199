import { ClientRequest } from 'node:http'
import type { Attempt } from '@cloud-partner-auth/core/adapter'
import { answer, head } from './answer.ts'
import { conceal } from './conceal.ts'
import type { GotOptions, GotRequest, GotResponse, GotRetry } from './got-options.ts'
import type { Route } from './route.ts'
import { sendAgain } from './send-again.ts'

/** Tells core of the answers to one request that it may have something to say to, over all its redirects and retries. */
export interface AnswerWatch {
  /** The attempt to make, where the answer to the last one led to another; from here on that one is over. */
  next(): Promise<Attempt | undefined> | undefined
  /** Waits for the answer to `attempt`, which was sent with `options` as Node's `request`, if as such. */
  begin(attempt: Attempt, options: GotOptions, request?: unknown): void
}

/** `settle` is called when there is an answer, with got's request once that is known. */
export function answerWatch(way: Route, settle: (request?: GotRequest) => void): AnswerWatch {
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
      if (!(request instanceof ClientRequest)) return judgeWhole(options)
      conceal(request)
      request.once('response', response => {
        settle()
        // Not resent, but the next request must not be refused as well; nobody waits for what comes of it.
        if (options.isStream) attempt.answered(head(response, way.url()))?.catch(() => {})
        else if (way.mayRefuse(response.statusCode)) judgeWhole(options)
      })
    },
  }

  /** Nearest to the API: the caller's own hooks see an answer after us. Got takes long about each, so not for every one. */
  function judgeWhole({ hooks }: GotOptions): void {
    if (!hooks.afterResponse.includes(afterResponse))
      hooks.afterResponse = [afterResponse, ...hooks.afterResponse]
  }

  async function afterResponse(response: GotResponse, retry: GotRetry): Promise<GotResponse> {
    settle(response.request)
    const answered = sent?.answered(answer(response))
    sent = undefined
    // What it fails with, the resend tells, as every attempt does that gets no token.
    if (!(await answered?.catch(() => true))) return response
    following = answered
    const resent = await sendAgain(response, retry)
    settle(resent.request)
    return resent
  }
}
