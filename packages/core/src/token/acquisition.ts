import {
  CloudPartnerAuthError,
  isCloudPartnerAuthError,
  retold,
} from '../cloud-partner-auth-error.ts'
import type { AcquireRequest, Credential } from '../credential/credential.ts'
import type { AccessToken } from './access-token.ts'
import { checkedToken } from './checked-token.ts'
import { foreignFailure, isForeign } from './foreign-failure.ts'

const perTry = 10_000
const perTryInBackground = 5_000
/** How long one acquisition may take in all, pauses included. */
export const longestWait = 30_000
/** How long one may begin with a pause: behind it there must be the time for an answer. */
export const longestBackoff = 25_000
const firstBackoff = 500
const rounding = 500

export interface AcquisitionOptions {
  /** Milliseconds to wait before the first try. */
  readonly pauseLeft: number
  /**
   * Told of each try in which code that is not ours fails. Milliseconds until the next; `undefined`: there is none, and
   * whoever waits is told.
   */
  tryFailed(error: CloudPartnerAuthError): number | undefined
  /** Told of each try when it begins, … */
  trying(): void
  /** … and of each pause between two. */
  pausing(): void
  /** Whether anybody waits for it: a try in the background has 5 s. */
  waitedFor(): boolean
  /** Ends it at once. */
  readonly signal: AbortSignal
}

type Request = Omit<AcquireRequest, 'signal'> & { readonly wanted: () => boolean }

/**
 * One acquisition: tries until there is a token, a failure that trying again cannot mend, nobody `wanted` it any
 * longer, or 30 s are over. Each try has 10 s. Pauses follow Retry-After, else double from 0.5 s with full jitter.
 */
export async function acquire(
  credential: Credential,
  request: Request,
  options: AcquisitionOptions,
): Promise<AccessToken> {
  const { signal } = options
  const beganAt = performance.now()
  const left = (limit: number) => limit - (performance.now() - beganAt)
  let rotated = false
  let judgedBy = offset()
  if (options.pauseLeft > 0) await rest(options.pauseLeft)
  for (let backoff = firstBackoff; ; backoff *= 2) {
    try {
      options.trying()
      judgedBy = offset()
      return await oneTry(credential, request, {
        ...options,
        limit: Math.min(perTry, left(longestWait)),
      })
    } catch (thrown) {
      // What the authority said counts, though nobody waits for it any more.
      if (signal.aborted) throw isCloudPartnerAuthError(thrown) ? thrown : signal.reason
      const error = isCloudPartnerAuthError(thrown)
        ? judged(thrown, judgedBy)
        : await foreignFailure(thrown)
      if (!error.retryable && !rotated && (await hasChanged(credential))) {
        rotated = true // a secret replaced while it was on its way: once more, at once
        continue
      }
      const pause = pauseBefore(error, backoff)
      if (pause === undefined || !request.wanted()) throw error
      const failedBy = offset()
      await rest(pause).catch(() => {})
      if (signal.aborted || !request.wanted()) throw moved(error, failedBy) // whoever waited has gone meanwhile
    }
  }

  /** How long to wait before the next try; `undefined`: there is none. */
  function pauseBefore(error: CloudPartnerAuthError, backoff: number): number | undefined {
    if (!error.retryable) return undefined
    if (isForeign(error)) return options.tryFailed(error)
    const named = (error.retryAt ?? 0) - Date.now()
    const spare = left(longestBackoff) - named
    // Behind it there would be no time for an answer. What was found short enough a moment ago, before its end was looked
    // up once more, is so still.
    if (spare < -rounding) return undefined
    // A whole fleet may have been told of the same failure, and shall not come back together.
    const spread =
      error.since === undefined ? 0 : Math.random() * Math.max(0, Math.min(named / 4, spare))
    const pause = Math.max(Math.random() * backoff, named + spread)
    return pause < left(longestWait) ? pause : undefined
  }

  async function rest(ms: number): Promise<void> {
    options.pausing()
    await sleep(ms, signal)
  }
}

/** How far the wall clock is from the monotonic one: it changes when the clock is set. */
function offset(): number {
  return Date.now() - performance.now()
}

/** A token that seems to have expired when it arrived passes if the clock was set while it was on its way. */
function judged(error: CloudPartnerAuthError, before: number): CloudPartnerAuthError {
  const wasSet = Math.abs(offset() - before) > 1_000
  if (error.code !== 'authority_answer_invalid' || !wasSet) return error
  return retold(error, told => told, { retryable: true })
}

/** Until when the authority asked for a pause is told by the wall clock, and goes with it where that was set since. */
function moved(error: CloudPartnerAuthError, before: number): CloudPartnerAuthError {
  const by = offset() - before
  if (error.retryAt === undefined || Math.abs(by) < 1_000) return error
  return retold(error, told => told, { retryAt: error.retryAt + by })
}

async function oneTry(
  credential: Credential,
  request: Request,
  { limit, waitedFor, signal }: AcquisitionOptions & { readonly limit: number },
): Promise<AccessToken> {
  const token = await inTime({ limit, waitedFor, signal }, ended =>
    credential.acquire({ ...request, limit, signal: ended }),
  )
  return checkedToken(token, request)
}

/** Whether the credential would now prove itself by something else than the last time. */
export async function hasChanged(credential: Credential): Promise<boolean> {
  try {
    const changed = inTime({ limit: perTry }, async () => credential.changed?.())
    return (await changed) ?? false
  } catch {
    return false // a secret that cannot be read now, or in time, is no other secret
  }
}

interface Bounds {
  readonly limit: number
  readonly waitedFor?: () => boolean
  readonly signal?: AbortSignal
}

/** What `work` comes to, unless it takes too long or `signal` ends it; `work` is told by a signal of its own. */
async function inTime<T>(
  { limit, waitedFor = () => true, signal }: Bounds,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  // Raced as well as aborted: a credential of the user's own may not look at the signal.
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason))
  })
  const end = (after: number) => controller.abort(timedOut(after))
  const abort = () => controller.abort(signal?.reason)
  const whole = setTimeout(end, Math.max(0, limit), limit)
  const background = setTimeout(() => waitedFor() || end(perTryInBackground), perTryInBackground)
  signal?.addEventListener('abort', abort)
  try {
    signal?.throwIfAborted()
    return await Promise.race([work(controller.signal), ended])
  } finally {
    clearTimeout(whole)
    clearTimeout(background)
    signal?.removeEventListener('abort', abort)
  }
}

function timedOut(limit: number): CloudPartnerAuthError {
  return new CloudPartnerAuthError(
    'acquisition_timed_out',
    `No token within ${Math.round(limit / 1000)} s. Check the network path to the authority (proxy, firewall, DNS).`,
    { retryable: true },
  )
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal.addEventListener('abort', abort)
  })
}
