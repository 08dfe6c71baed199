import {
  type Answer,
  type Attempt,
  attempt,
  type CloudPartnerAuth,
} from '@cloud-partner-auth/core/adapter'
import type { Context, Dispatch, DispatchHandler, DispatchOptions, Headers } from './dispatch.ts'
import { authorizationSet, flatHeaders } from './headers.ts'
import { heldAnswer } from './held-answer.ts'
import { legacyHandler } from './legacy-handler.ts'
import { isModern, modernHandler } from './modern-handler.ts'
import { isReplayable } from './replayable-body.ts'
import type { RequestUrl } from './request-url.ts'

export interface Dispatched {
  readonly target: RequestUrl
  readonly options: DispatchOptions
  readonly handler: DispatchHandler
}

/** Dispatches a request to a covered URL. Rejects where that is not done; what comes of it is told to the handler. */
export async function authorizedDispatch(
  auth: CloudPartnerAuth,
  dispatch: Dispatch,
  { target, options, handler }: Dispatched,
): Promise<void> {
  const { method, signal, body } = options
  const headers = flatHeaders(options.headers)

  function send({ url, authorization }: Attempt, to: DispatchHandler): void {
    const added = authorization ? ['authorization', authorization] : []
    dispatch({ ...options, ...target.at(url), headers: [...headers, ...added] }, to)
  }

  const first = await attempt(auth, {
    url: target.url,
    method,
    signal: signal instanceof AbortSignal ? signal : undefined, // an emitter's abort undici sees when it sends
    authorizationSet: authorizationSet(headers),
  })
  if (!first.authorization) return send(first, handler)
  const held = heldAnswer(modernHandler(handler), {
    next: async (status, headers, context) =>
      first.answered({
        status,
        url: answeringUrl(first.url, context),
        challenge: challenge(headers),
        replayable: isReplayable(body),
      }),
    send: next => send(next, handler),
  })
  send(first, isModern(handler) ? held : legacyHandler(held))
}

/** A hop at another origin if there was one, since none after it got the token; else the last hop. */
function answeringUrl(sentTo: string, context: Context | undefined): Answer['url'] {
  const hops = context?.history ?? []
  const { origin } = new URL(sentTo)
  return (hops.find(hop => hop.origin !== origin) ?? hops.at(-1))?.href ?? sentTo
}

function challenge({ 'www-authenticate': values }: Headers): string | undefined {
  return Array.isArray(values) ? values.join(', ') : values
}
