import type { Attempt } from '@cloud-partner-auth/core/adapter'
import {
  type Context,
  type Controller,
  type Headers,
  type ModernHandler,
  passedOn,
} from './handlers.ts'

export interface Judge {
  /**
   * The attempt to send instead of delivering the answer; no promise if the answer is delivered in any case. Rejects
   * with the error that the caller gets instead of both.
   */
  next(
    status: number,
    headers: Headers,
    context: Context | undefined,
  ): Promise<Attempt | undefined> | undefined
  send(next: Attempt): unknown
}

/**
 * Stands in front of `handler` for one attempt. Undici does not wait while an answer is judged, so the events of the
 * answer are held until it is either delivered or given up for another attempt.
 */
export function heldAnswer(handler: ModernHandler, judge: Judge): ModernHandler {
  let context: Context | undefined
  let events: HeldEvents
  let own: Controller | null = null

  return passedOn(handler, {
    onRequestStart(controller, given) {
      context = given
      events = heldEvents(controller)
      own = ownController(controller, abort)
      handler.onRequestStart?.(own, given)

      /** Undici reports no abort once it has read the whole answer, so while events are held the report is ours. */
      function abort(reason: unknown): void {
        const waiting = events.drop()
        controller.abort(reason)
        if (waiting) handler.onResponseError?.(own, reason)
      }
    },
    onRequestUpgrade: (_, ...facts) => handler.onRequestUpgrade?.(begun(), ...facts),
    onResponseStart(_, status, headers, text) {
      const start = () => handler.onResponseStart?.(begun(), status, headers, text)
      const next = status < 200 ? undefined : judge.next(status, headers, context)
      if (!next) return start()
      events.hold(start)
      next.then(next => judged(headers, next)).catch(failed)
    },
    onResponseData: (_, chunk) =>
      events.data(chunk.length, () => handler.onResponseData?.(begun(), chunk)),
    onResponseEnd: (_, trailers) => events.end(() => handler.onResponseEnd?.(begun(), trailers)),
    onResponseError(_, error) {
      if (own) events.end(() => handler.onResponseError?.(own, error))
      else handler.onResponseError?.(null, error)
    },
  })

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

  /** Undici reports what a handler throws (its retry and redirect handlers do) to that handler as an error; so does this. */
  function failed(error: unknown): void {
    if (!events.drop()) return
    events.giveUp({})
    handler.onResponseError?.(own, error)
  }

  function begun(): Controller {
    return own as Controller // onRequestStart has set it
  }
}

/** The most bytes to hold. Beyond it we pause, and giving up closes the connection. */
const most = 64 * 1024

type Event = () => void

/**
 * The events of one attempt. From the first event of its answer on they are held here, and so no longer occupy the
 * connection, which the renewal of the token may need.
 */
interface HeldEvents {
  /** Holds events from now on; `start` is the first event of the answer. */
  hold(start: Event): void
  data(length: number, event: Event): void
  end(event: Event): void
  /** Whether nothing more of this attempt may be told to the handler. */
  over(): boolean
  deliver(): void
  giveUp(headers: Headers): void
  /** Drops the held events. Returns whether there were any: then the handler still waits for an end. */
  drop(): boolean
}

function heldEvents(controller: Controller): HeldEvents {
  let held: Event[] | undefined
  let size = 0
  let ended = false
  let over = false

  return { hold, data, end, deliver, giveUp, drop, over: () => over }

  function hold(start: Event): void {
    held = [start]
  }

  function data(length: number, event: Event): void {
    take(event)
    size += length
    if (held && size > most) controller.pause()
  }

  function end(event: Event): void {
    ended = true
    take(event)
  }

  function take(event: Event): void {
    if (over) return
    if (held) held.push(event)
    else event()
  }

  function deliver(): void {
    for (const event of held ?? []) if (!over) event()
    held = undefined
    if (size > most) controller.resume()
  }

  function giveUp({ 'content-length': length }: Headers): void {
    drop()
    if (ended) return
    // The rest of a short answer is read and thrown away, so that its connection can take the next attempt.
    if (Number(length) <= most) controller.resume()
    else controller.abort(new Error('The API refused the token, and its answer is not delivered.'))
  }

  function drop(): boolean {
    const waiting = held !== undefined
    over ||= waiting
    held = undefined
    return waiting
  }
}

/** `controller` with another `abort`. Undici's controllers have private fields, so no object can inherit from one. */
function ownController(controller: Controller, abort: (reason: unknown) => void): Controller {
  return {
    get aborted() {
      return controller.aborted
    },
    get paused() {
      return controller.paused
    },
    get reason() {
      return controller.reason
    },
    get rawHeaders() {
      return controller.rawHeaders
    },
    get rawTrailers() {
      return controller.rawTrailers
    },
    pause: () => controller.pause(),
    resume: () => controller.resume(),
    abort,
  }
}
