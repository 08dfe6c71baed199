import type { AccessToken } from './access-token.ts'

/** When to renew a token that is valid still. */
export interface EarlyRenewal {
  /** The instant from which on it is due. */
  readonly dueAt: number
  /** It has begun: until it succeeds or is put off, no other is due. */
  begin(): void
  /** Sets the instant for a token that was just acquired. */
  plan(token: AccessToken): void
  /** Pauses after a failure: 5 s, doubling to 30 s, and not before the instant that the authority named. */
  putOff(notBefore?: number): void
}

const second = 1_000
const minute = 60_000

/**
 * A quarter of the lifetime before the end, 5 minutes at most, or at the instant the authority prefers; spread over the
 * processes of a fleet by a fifth of that, so that they do not renew together.
 */
export function earlyRenewal(): EarlyRenewal {
  const jitter = Math.random() * 0.4 - 0.2
  let dueAt = 0
  let failures = 0
  return {
    get dueAt() {
      return dueAt
    },
    begin() {
      dueAt = Number.POSITIVE_INFINITY
    },
    plan({ acquiredAt, expiresAt, renewAt }) {
      const window = Math.min(5 * minute, (expiresAt - acquiredAt) / 4)
      // Whatever the authority would like: a window of peace after each acquisition, or every call would begin one.
      const latest = expiresAt - window
      const wanted = Math.max(Math.min(renewAt ?? latest, latest), acquiredAt + window)
      dueAt = wanted + jitter * window
      failures = 0
    },
    putOff(notBefore = 0) {
      const backoff = Math.min(5 * second * 2 ** failures++, 30 * second)
      dueAt = Math.max(notBefore, Date.now() + backoff * (1 + jitter))
    },
  }
}
