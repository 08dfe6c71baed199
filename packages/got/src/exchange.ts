import type { ClientRequest } from 'node:http'
import {
  type Attempt,
  attempt,
  type CloudPartnerAuth,
  refuseProxies,
} from '@cloud-partner-auth/core/adapter'
import { answerWatch, isRequest } from './answer-watch.ts'
import { authorizationSet, authorize } from './authorization.ts'
import type { GotHookFunctions, GotOptions, GotResponse } from './got-options.ts'
import type { TakeBack } from './request-function.ts'
import { route } from './route.ts'
import { sendNowhere, unretried } from './send-nowhere.ts'
import { timeLimit } from './time-limit.ts'

/** The hooks of one request, and what they know of it over all its redirects and retries. */
export function exchange(auth: CloudPartnerAuth): GotHookFunctions {
  const way = route(auth)
  const limit = timeLimit()
  const watch = answerWatch(way, limit, settle)
  let current: GotOptions | undefined
  let failure: Error | undefined
  let untouched: Attempt | undefined
  let takeBack: TakeBack | undefined

  return {
    async beforeRequest(options) {
      settle(options)
      const target = options.url as URL // got parses it before it calls hooks
      const resend = watch.next()
      failure = undefined
      const facts = { url: target.href, authorizationSet: authorizationSet(options) }
      if (!way.leadsTo(target)) {
        untouched = auth.covering(target.href) ? undefined : await attempt(auth, facts)
        return
      }

      try {
        const begun = resend ?? attempt(auth, { ...facts, signal: limit.start(options) })
        const made = 'then' in begun ? await limit.during(begun) : begun
        if (resend !== undefined) way.takeAgain(target)
        else if (made) way.take(target, made.url)
        untouched = made?.authorization ? undefined : made
        if (made?.authorization)
          takeBack = authorize(options, made.authorization, request => {
            watch.begin(made, options, request)
            if (isRequest(request)) pastProxies(request, options)
          })
      } catch (thrown) {
        if (options.signal?.aborted) throw thrown // got has ended the request with an error of its own
        failure = thrown as Error
        takeBack = sendNowhere(options, limit.isUp(thrown) ? undefined : failure)
      }
      limit.leaveRest(options)
    },

    beforeRedirect(options) {
      settle(options)
      way.redirect()
    },

    beforeError(error) {
      settle()
      limit.restate(error)
      tellOf(error.response)
      if (failure?.message !== error.message) return error
      // Got made its own of it. With its name and its facts it is told apart as any CloudPartnerAuthError is.
      return Object.assign(error, { cause: failure }, failure)
    },
  }

  function pastProxies(request: ClientRequest, options: GotOptions): void {
    refuseProxies(request, remedy, error => {
      failure = error
      const [takeRequestBack, takeDelayBack] = [takeBack, unretried(options)]
      takeBack = () => {
        takeRequestBack?.()
        takeDelayBack()
      }
    })
  }

  /** For `auth.explain()`: what becomes of a request without a token is known by its error only. */
  function tellOf(response: GotResponse | undefined): void {
    if (!response) return
    const { statusCode: status, url } = response
    void untouched?.answered({ status, url, replayable: false, delivered: response })
  }

  /** Gives the caller's options back, for what comes next with `options`, got's copy of them. */
  function settle(options = current): void {
    current = options
    takeBack?.()
    takeBack = undefined
    if (options) limit.restore(options)
  }
}

const remedy =
  'For http on loopback give got no agent that goes to a proxy, and name the host in NO_PROXY. ' +
  'For an https API use an agent that tunnels, such as https-proxy-agent.'
