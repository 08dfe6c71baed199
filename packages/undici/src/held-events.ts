import type { Controller, Headers } from './dispatch.ts'

/** More of an answer waits in its connection; and one that is longer costs that connection when nobody gets it. */
const most = 64 * 1024

type Event = () => void

/**
 * What comes of one sending, held from the first event of its answer until that is delivered or given up. It is taken
 * out of its connection meanwhile, since the renewal of the token may need that.
 */
export interface HeldEvents {
  /** From now on; `start` is the first event of the answer. */
  hold(start: Event): void
  data(length: number, event: Event): void
  end(event: Event): void
  /** Whether nothing more of this sending may be told to anyone. */
  over(): boolean
  deliver(): void
  giveUp(headers: Headers): void
  /** Drops what is held; returns whether there was any, and so somebody still waits for an end. */
  drop(): boolean
}

export function heldEvents(controller: Controller): HeldEvents {
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
    // The rest of a short answer is let run out, which keeps the connection for what is sent next.
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
