import {
  CloudPartnerAuthError,
  isCloudPartnerAuthError,
  safeCause,
} from '../cloud-partner-auth-error.ts'
import type { Credential } from '../credential/credential.ts'
import type { AccessToken } from './access-token.ts'

const perTry = 10_000
/** How long one acquisition may take in all, pauses included. */
export const longestWait = 30_000
const firstBackoff = 500

interface Request {
  readonly audience: string
  readonly claims?: string | undefined
}

/**
 * One acquisition: tries until there is a token, a failure that trying again cannot mend, nobody `wanted` it any
 * longer, or 30 s are over. Each try has 10 s. Pauses follow Retry-After, else double from 0.5 s with full jitter.
 */
export async function acquire(
  credential: Credential,
  request: Request,
  { notBefore = 0, wanted }: { readonly notBefore?: number; readonly wanted: () => boolean },
): Promise<AccessToken> {
  const endsAt = Date.now() + longestWait
  let pause = notBefore - Date.now()
  let rotated = false
  for (let backoff = firstBackoff; ; backoff *= 2) {
    if (pause > 0) await sleep(pause)
    try {
      return checked(await oneTry(credential, request, Math.min(perTry, endsAt - Date.now())))
    } catch (thrown) {
      const error = typed(thrown)
      if (!error.retryable && !rotated && (await hasChanged(credential))) {
        rotated = true // a secret replaced while it was on its way: once more, at once
        pause = 0
        continue
      }
      pause = Math.max(Math.random() * backoff, (error.retryAt ?? 0) - Date.now())
      if (!error.retryable || Date.now() + pause >= endsAt || !wanted()) throw error
    }
  }
}

/** Whether the credential would now prove itself by something else than the last time. */
export async function hasChanged(credential: Credential): Promise<boolean> {
  try {
    return (await credential.changed?.()) ?? false
  } catch {
    return false // a secret that cannot be read now is no other secret
  }
}

async function oneTry(
  credential: Credential,
  request: Request,
  limit: number,
): Promise<AccessToken> {
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
    return await Promise.race([credential.acquire({ ...request, signal: controller.signal }), late])
  } finally {
    clearTimeout(timer)
  }
}

function checked(token: AccessToken): AccessToken {
  if (typeof token?.reveal !== 'function') {
    throw new TypeError("a credential's acquire() must resolve with what accessToken() makes")
  }
  if (Date.now() < token.expiresAt) return token
  throw new CloudPartnerAuthError(
    'authority_answer_invalid',
    'The token had expired when it arrived. Check the network path to the authority and its token lifetime.',
    { retryable: false },
  )
}

function sleep(ms: number): Promise<void> {
  return new Promise(resume => setTimeout(resume, ms))
}

function typed(thrown: unknown): CloudPartnerAuthError {
  if (isCloudPartnerAuthError(thrown)) return thrown
  return new CloudPartnerAuthError(
    'credential_failed',
    `The credential failed before a token was had${thrown instanceof Error ? `: ${thrown.name}` : ''}. See the cause.`,
    { retryable: false, cause: safeCause(thrown, []) },
  )
}
