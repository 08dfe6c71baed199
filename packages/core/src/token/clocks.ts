/**
 * An instant by both clocks. The wall clock can be set, and the monotonic one stands still while a machine sleeps, so the
 * one that says so first decides that it is over.
 */
export interface Deadline {
  /** Milliseconds since the Unix epoch. */
  readonly wall: number
  /** Milliseconds of `performance.now()`. */
  readonly monotonic: number
}

export function deadlineIn(ms: number): Deadline {
  return { wall: Date.now() + ms, monotonic: performance.now() + ms }
}

export function isPast({ wall, monotonic }: Deadline): boolean {
  return Date.now() >= wall || performance.now() >= monotonic
}

/** A deadline that has always been over. */
export const over: Deadline = { wall: 0, monotonic: 0 }

/** A stretch of time in which something is not done again. Whatever the clocks do, it is never longer than it was begun. */
export class Pause {
  #beganAt = 0
  #end = over

  /** Milliseconds until it is over; 0 when none is on. */
  get left(): number {
    const now = Date.now()
    // Before its own beginning only a clock that was set back can be: nobody knows then how long ago that was.
    if (now < this.#beganAt) return 0
    return Math.max(
      0,
      Math.ceil(Math.min(this.#end.wall - now, this.#end.monotonic - performance.now())),
    )
  }

  /** Begins one of `ms` now, in place of any other. */
  start(ms: number): void {
    this.#beganAt = Date.now()
    this.#end = deadlineIn(ms)
  }

  end(): void {
    this.#end = over
  }
}
