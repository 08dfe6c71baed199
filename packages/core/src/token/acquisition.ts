import {
  CloudPartnerAuthError,
  isCloudPartnerAuthError,
  isError,
  safeCause,
} from '../cloud-partner-auth-error.ts'
import type { AcquireRequest, Credential } from '../credential/credential.ts'
import type { AccessToken } from './access-token.ts'
import { checkedToken } from './checked-token.ts'

const perTry = 10_000
/** How long one acquisition may take in all, pauses included. */
export const longestWait = 30_000
/** How long one may begin with a pause: behind it there must be the time for an answer. */
export const longestPause = 25_000
const firstBackoff = 500

type Request = Omit<AcquireRequest, 'signal'>

/**
 * One acquisition: tries until there is a token, a failure that trying again cannot mend, nobody `wanted` it any
 * longer, or 30 s are over. Each try has 10 s. Pauses follow Retry-After, else double from 0.5 s with full jitter.
 * `trying` is told of each try when it begins.
 */
export async function acquire(
  credential: Credential,
  request: Request & { readonly wanted: () => boolean },
  { notBefore, trying }: { readonly notBefore: number; readonly trying: () => void },
): Promise<AccessToken> {
  const beganAt = Date.now()
  const endsAt = beganAt + longestWait
  let rotated = false
  if (notBefore > beganAt) await sleep(notBefore - beganAt)
  for (let backoff = firstBackoff; ; backoff *= 2) {
    try {
      trying()
      // Not below 0, where the clock has been moved: Node complains of such a timer.
      const limit = Math.max(0, Math.min(perTry, endsAt - Date.now()))
      const token = await inTime(limit, signal => credential.acquire({ ...request, signal }))
      return checkedToken(token, request)
    } catch (thrown) {
      const error = typed(thrown)
      if (!error.retryable && !rotated && (await hasChanged(credential))) {
        rotated = true // a secret replaced while it was on its way: once more, at once
        continue
      }
      const pause = Math.max(Math.random() * backoff, (error.retryAt ?? 0) - Date.now())
      if (!error.retryable || Date.now() + pause >= endsAt || !request.wanted()) throw error
      await sleep(pause)
      if (!request.wanted()) throw error // whoever waited has gone meanwhile
    }
  }
}

/** Whether the credential would now prove itself by something else than the last time. */
export async function hasChanged(credential: Credential): Promise<boolean> {
  try {
    return (await inTime(perTry, async () => credential.changed?.())) ?? false
  } catch {
    return false // a secret that cannot be read now, or in time, is no other secret
  }
}

async function inTime<T>(limit: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  // Raced as well as aborted: a credential of the user's own may not look at the signal.
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new CloudPartnerAuthError(
        'acquisition_timed_out',
        `No token within ${limit / 1000} s. Check the network path to the authority (proxy, firewall, DNS).`,
        { retryable: true },
      )
      reject(error)
      controller.abort(error)
    }, limit)
  })
  try {
    return await Promise.race([work(controller.signal), late])
  } finally {
    clearTimeout(timer)
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise(resume => setTimeout(resume, ms))
}

function typed(thrown: unknown): CloudPartnerAuthError {
  if (isCloudPartnerAuthError(thrown)) return thrown
  return new CloudPartnerAuthError(
    'credential_failed',
    `The credential failed before a token was had${isError(thrown) ? `: ${thrown.name}` : ''}. See the cause.`,
    { retryable: false, cause: safeCause(thrown, []) },
  )
}
