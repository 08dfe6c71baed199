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

/** Milliseconds until `deadline`; none or fewer when it is over. */
export function leftOf({ wall, monotonic }: Deadline): number {
  return Math.min(wall - Date.now(), monotonic - performance.now())
}

/** Whether `deadline` is over, or would be if it were `earlier` by so many milliseconds. */
export function isPast(deadline: Deadline, earlier = 0): boolean {
  return leftOf(deadline) <= earlier
}

/** A deadline that has always been over. */
export const over: Deadline = { wall: 0, monotonic: 0 }

/** A stretch of time in which something is not done again. Whatever the clocks do, it is never longer than it was begun. */
export class Pause {
  readonly #beganAt: number
  readonly #end: Deadline

  /** One of `ms`, from now on. */
  constructor(ms: number) {
    this.#beganAt = ms > 0 ? Date.now() : 0
    this.#end = ms > 0 ? deadlineIn(ms) : over
  }

  /** Milliseconds until it is over; 0 when it is. */
  get left(): number {
    const now = Date.now()
    // Before its own beginning only a clock that was set back can be: nobody knows then how long ago that was.
    if (now < this.#beganAt) return 0
    return Math.max(0, Math.ceil(leftOf(this.#end)))
  }
}

/** One that is over. */
export const noPause: Pause = /* @__PURE__ */ new Pause(0)
