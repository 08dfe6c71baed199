import type { AccessToken } from './access-token.ts'
import { type Deadline, deadlineIn } from './clocks.ts'

/** When to renew a token that is valid still. */
export interface EarlyRenewal {
  /** From when on it is due. */
  readonly due: Deadline
  /** It has begun: until it succeeds or is put off, no other is due. */
  begin(): void
  /** Sets when it is due for a token that was just acquired. */
  plan(token: AccessToken): void
  /** Pauses after a failure: 5 s, doubling to 30 s, and not before the instant that the authority named. */
  putOff(notBefore?: number): void
}

const second = 1_000
const minute = 60_000
const never: Deadline = { wall: Number.POSITIVE_INFINITY, monotonic: Number.POSITIVE_INFINITY }

/**
 * A quarter of the lifetime before the end, 5 minutes at most, or at the instant the authority prefers; spread over the
 * processes of a fleet by a fifth of that, so that they do not renew together.
 */
export function earlyRenewal(): EarlyRenewal {
  const jitter = Math.random() * 0.4 - 0.2
  let due = never
  let failures = 0
  return {
    get due() {
      return due
    },
    begin() {
      due = never
    },
    plan({ acquiredAt, expiresAt, renewAt }) {
      const window = Math.min(5 * minute, (expiresAt - acquiredAt) / 4)
      // Whatever the authority would like: a window of peace after each acquisition, or every call would begin one.
      const latest = expiresAt - window
      const wanted = Math.max(Math.min(renewAt ?? latest, latest), acquiredAt + window)
      due = deadlineIn(wanted + jitter * window - Date.now())
      failures = 0
    },
    putOff(notBefore = 0) {
      const backoff = Math.min(5 * second * 2 ** failures++, 30 * second) * (1 + jitter)
      due = deadlineIn(Math.max(notBefore - Date.now(), backoff))
    },
  }
}
