import { attempt, type CloudPartnerAuth } from '@cloud-partner-auth/core/adapter'
import { answerWatch } from './answer-watch.ts'
import { authorizationSet } from './authorization-set.ts'
import type { GotHookFunctions, GotOptions, GotRequest } from './got-options.ts'
import { lendHeader } from './lend-header.ts'
import type { TakeBack } from './request-option.ts'
import { route } from './route.ts'
import { sendNowhere } from './send-nowhere.ts'
import { timeLimit } from './time-limit.ts'

/** The hooks of one request, and what they know of it over all its redirects and retries. */
export function exchange(auth: CloudPartnerAuth): GotHookFunctions {
  const way = route(auth)
  const limit = timeLimit()
  const watch = answerWatch(way, request => settle(current, request))
  let current: GotOptions
  let failure: Error | undefined
  let takeBack: TakeBack = () => {}

  return {
    async beforeRequest(options) {
      settle(options)
      const target = options.url as URL // got parses it before it calls hooks
      const resend = watch.next()
      failure = undefined
      if (!way.leadsTo(target)) return

      const request = { url: target.href, authorizationSet: authorizationSet(options) }
      try {
        const made = await (resend ?? attempt(auth, { ...request, signal: limit.start(options) }))
        if (resend !== undefined) way.takeAgain(target)
        else if (made) way.take(target, made.url)
        if (made?.authorization)
          takeBack = lendHeader(options, made.authorization, sent =>
            watch.begin(made, options, sent),
          )
      } catch (thrown) {
        failure = thrown as Error // core's, or the reason of an abort, for which got has an error already
        takeBack = sendNowhere(options, limit.isUp(thrown) ? undefined : failure)
      }
      limit.leaveRest(options)
    },

    beforeRedirect(options, { request }) {
      settle(options, request)
      way.redirect()
    },

    beforeError(error) {
      settle(current, error.request)
      limit.restate(error)
      if (failure?.message !== error.message) return error
      // Got made its own of it. With its name and its facts it is told apart as any CloudPartnerAuthError is.
      return Object.assign(error, { cause: failure }, failure)
    },
  }

  function settle(options: GotOptions, request?: GotRequest): void {
    current = options
    takeBack(options, request)
    limit.restore(options)
  }
}
