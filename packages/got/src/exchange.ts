import type { ClientRequest } from 'node:http'
import { type Attempt, type Auth, attempt } from '@cloud-partner-auth/core/adapter'
import { answer, tellStreamAnswer } from './answer.ts'
import { authorizationSet } from './authorization-set.ts'
import type { GotHookFunctions, GotOptions, GotRequest } from './got-options.ts'
import { lendHeader, type TakeBack } from './lend-header.ts'
import { route } from './route.ts'
import { sendAgain } from './send-again.ts'
import { sendNowhere } from './send-nowhere.ts'
import { timeLimit } from './time-limit.ts'

/** The hooks of one request, and what they know of it over all its redirects and retries. */
export function exchange(auth: Auth): GotHookFunctions {
  const way = route(auth)
  const limit = timeLimit()
  let current: GotOptions
  let sent: Attempt | undefined
  let next: Promise<Attempt | undefined> | undefined
  let failure: Error | undefined
  let takeBack: TakeBack = () => {}

  return {
    async beforeRequest(options) {
      settle(options)
      const target = options.url as URL // got parses it before it calls hooks
      const resend = next
      sent = next = failure = undefined
      if (!way.leadsTo(target)) return

      const request = { url: target.href, authorizationSet: authorizationSet(options) }
      try {
        const made = await (resend ?? attempt(auth, { ...request, signal: limit.start(options) }))
        if (resend) way.takeAgain(target)
        else if (made) way.take(target, made.url)
        if (made?.authorization) takeBack = lendHeader(options, made.authorization, onSent)
        sent = made
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

    async afterResponse(response, retry) {
      settle(current, response.request)
      const answered = sent?.answered(answer(response))
      sent = undefined
      // What it fails with, the resend tells, as every attempt does that gets no token.
      if (!(await answered?.catch(() => true))) return response
      next = answered
      const resent = await sendAgain(response, retry)
      settle(current, resent.request)
      return resent
    },

    beforeError(error) {
      settle(current, error.request)
      limit.restate(error)
      if (failure?.message !== error.message) return error
      // Got made its own of it. With its name and its facts it is told apart as any CloudPartnerAuthError is.
      return Object.assign(error, { cause: failure }, failure)
    },
  }

  function onSent(request: ClientRequest): void {
    if (sent && current.isStream) tellStreamAnswer(request, way.url(), sent)
  }

  function settle(options: GotOptions, request?: GotRequest): void {
    current = options
    takeBack(options, request)
    limit.restore(options)
  }
}
