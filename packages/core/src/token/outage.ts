import type { CloudPartnerAuthError } from '../cloud-partner-auth-error.ts'

const second = 1_000
/** One that is shorter than 10 s fails nobody; the last call that somebody waits for comes just before. */
const patience = 9_900
const firstBackoff = second / 2
/** So that its end is seen within 5 s. */
const pauses = [second, 2 * second, 5 * second] as const

/**
 * A stretch in which code that is not ours fails again and again, and nobody knows why. However many callers come, give up
 * and come again, it costs at most 7 calls in the first 10 s, 20 in the first minute and 13 in each later one: so the
 * pauses grow from call to call, and not for each caller.
 */
export class Outage {
  /** When it began: milliseconds since the Unix epoch. */
  readonly since: number = Date.now()
  readonly #began = performance.now()
  #last = 0
  #calls = 0
  #pauses = 0
  /** Its last failure. */
  error: CloudPartnerAuthError | undefined
  /** Milliseconds from that failure to the next call. */
  after = 0
  /** Whether callers wait for that call; else they are told of the failure. */
  awaited = true

  /** Whether it may be the one that goes on: after a minute without a failure it may have ended unseen. */
  get isRecent(): boolean {
    return performance.now() - this.#last < 60 * second
  }

  /** Takes note of a failed call. Milliseconds until the next; `undefined` where nobody waits for it. */
  failed(error: CloudPartnerAuthError): number | undefined {
    this.error = error
    this.#last = performance.now()
    const left = patience - (this.#last - this.#began)
    // Half of each pause is fixed, since each call may cost something.
    const backoff = firstBackoff * 2 ** this.#calls++ * (0.5 + Math.random() / 2)
    this.awaited = left > 0
    this.after = this.awaited
      ? Math.min(backoff, left)
      : pauses[Math.min(this.#pauses++, 2) as 0 | 1 | 2]
    return this.awaited ? this.after : undefined
  }
}
