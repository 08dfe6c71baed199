import type { Attempt } from '@cloud-partner-auth/core/adapter'
import type { Context, Controller, Headers, ModernHandler } from './dispatch.ts'
import { type HeldEvents, heldEvents } from './held-events.ts'
import { ownController } from './own-controller.ts'

export interface Judge {
  /** Resolves with the attempt to make in place of delivering the answer; rejects with what the caller gets instead of both. */
  next(status: number, headers: Headers, context: Context | undefined): Promise<Attempt | undefined>
  send(next: Attempt): void
}

/**
 * Stands in front of `handler` for one sending. Undici does not wait while an answer is judged, so what of it comes
 * meanwhile is held.
 */
export function heldAnswer(handler: ModernHandler, judge: Judge): ModernHandler {
  let context: Context | undefined
  let events: HeldEvents
  let own: Controller | null = null

  return {
    onRequestStart(controller, given) {
      context = given
      events = heldEvents(controller)
      own = ownController(controller, abort)
      handler.onRequestStart?.(own, given)

      /** Undici tells nobody of an abort once it has the whole answer, but then it is still held here. */
      function abort(reason: unknown): void {
        const waiting = events.drop()
        controller.abort(reason)
        if (waiting) handler.onResponseError?.(own, reason)
      }
    },
    onRequestUpgrade: (_, ...facts) => handler.onRequestUpgrade?.(begun(), ...facts),
    onResponseStart(_, status, headers, text) {
      const start = () => handler.onResponseStart?.(begun(), status, headers, text)
      if (status < 200) return start()
      events.hold(start)
      judge
        .next(status, headers, context)
        .then(next => judged(headers, next))
        .catch(failed)
    },
    onResponseData: (_, chunk) =>
      events.data(chunk.length, () => handler.onResponseData?.(begun(), chunk)),
    onResponseEnd: (_, trailers) => events.end(() => handler.onResponseEnd?.(begun(), trailers)),
    onResponseError(_, error) {
      if (own) events.end(() => handler.onResponseError?.(own, error))
      else handler.onResponseError?.(null, error)
    },
    onBodySent: (...facts) => handler.onBodySent?.(...facts),
    onRequestSent: () => handler.onRequestSent?.(),
    onResponseStarted: () => handler.onResponseStarted?.(),
  }

  function judged(headers: Headers, next: Attempt | undefined): void {
    if (events.over()) return
    if (!next) return void events.deliver()
    events.giveUp(headers)
    try {
      judge.send(next)
    } catch (error) {
      handler.onResponseError?.(own, error)
    }
  }

  /** Retries and redirects throw out of their handlers, and are told of it as of an error of the network. */
  function failed(error: unknown): void {
    if (!events.drop()) return
    events.giveUp({})
    handler.onResponseError?.(own, error)
  }

  function begun(): Controller {
    return own as Controller // there since onRequestStart
  }
}
