import { CloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import { longestPause } from './acquisition.ts'

const gaps = [5_000, 20_000, 60_000, 300_000] as const

/** Remembers a failure for as long as asking the authority again would be pointless. */
export interface FailureMemory {
  /** The failure, while asking again is pointless: a cool-down is on, or the pause is longer than anyone waits. */
  recall(now: number): CloudPartnerAuthError | undefined
  /** When the authority wants to be asked again (Retry-After); in the past when it named no instant. */
  readonly pausedUntil: number
  /** Takes note of a failure and returns it as callers shall see it: with since when and until when. */
  note(error: CloudPartnerAuthError, now: number): CloudPartnerAuthError
  forget(): void
}

/**
 * A permanent failure is remembered for 5, then 20, 60 and 300 s, so that a wrong secret costs a handful of token
 * requests and not one per call; a passing one only until the instant the authority named in Retry-After.
 */
export function failureMemory(): FailureMemory {
  let remembered: CloudPartnerAuthError | undefined
  let until = 0
  let since: number | undefined
  let count = 0

  return {
    recall: now =>
      now < until - (remembered?.retryable ? longestPause : 0) ? remembered : undefined,
    get pausedUntil() {
      return remembered?.retryable ? until : 0
    },
    note(error, now) {
      if (error.retryable) {
        remembered = error
        until = error.retryAt ?? 0
        return error
      }
      since ??= now
      until = now + (gaps[Math.min(count++, gaps.length - 1)] as number)
      remembered = withTimes(error, since, until)
      return remembered
    },
    forget() {
      remembered = undefined
      until = 0
      since = undefined
      count = 0
    },
  }
}

function withTimes(
  error: CloudPartnerAuthError,
  since: number,
  until: number,
): CloudPartnerAuthError {
  const told = error.message.slice(`[${error.code}] `.length)
  const { oauthError, aadsts, status, correlationId, traceId, cause } = error
  return new CloudPartnerAuthError(
    error.code,
    `${told} (Since ${time(since)}; the authority is not asked again before ${time(until)}.)`,
    {
      retryable: false,
      retryAt: until,
      since,
      oauthError,
      aadsts,
      status,
      correlationId,
      traceId,
      cause,
    },
  )
}

function time(instant: number): string {
  return new Date(instant).toISOString()
}
