import type { AccessToken } from './access-token.ts'
import { type Deadline, deadlineIn } from './clocks.ts'

const second = 1_000
const minute = 60_000
const never: Deadline = { wall: Number.POSITIVE_INFINITY, monotonic: Number.POSITIVE_INFINITY }

/**
 * When to renew a token that is valid still: a quarter of the lifetime before the end, 5 minutes at most, or at the
 * instant the authority prefers; spread over the processes of a fleet by a fifth of that, so that they do not renew
 * together.
 */
export class EarlyRenewal {
  readonly #jitter = Math.random() * 0.4 - 0.2
  #due = never
  #failures = 0

  /** From when on it is due. */
  get due(): Deadline {
    return this.#due
  }

  /** It has begun: until it succeeds or is put off, no other is due. */
  begin(): void {
    this.#due = never
  }

  /** Sets when it is due for a token that was just acquired. */
  plan({ acquiredAt, expiresAt, renewAt }: AccessToken): void {
    const window = Math.min(5 * minute, (expiresAt - acquiredAt) / 4)
    // Whatever the authority would like: a window of peace after each acquisition, or every call would begin one.
    const latest = expiresAt - window
    const wanted = Math.max(Math.min(renewAt ?? latest, latest), acquiredAt + window)
    this.#due = deadlineIn(wanted + this.#jitter * window - Date.now())
    this.#failures = 0
  }

  /** Pauses after a failure: 5 s, doubling to 30 s, and not before the instant that the authority named. */
  putOff(notBefore = 0): void {
    const backoff = Math.min(5 * second * 2 ** this.#failures++, 30 * second) * (1 + this.#jitter)
    this.#due = deadlineIn(Math.max(notBefore - Date.now(), backoff))
  }
}
