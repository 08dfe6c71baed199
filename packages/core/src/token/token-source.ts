import type { Credential } from '../credential/credential.ts'
import { type AccessToken, sameToken } from './access-token.ts'
import { longestWait } from './acquisition.ts'
import { failureMemory } from './failure-memory.ts'
import { type GetOptions, heldToken } from './held-token.ts'
import { oneAcquisition } from './one-acquisition.ts'
import { refusalPause } from './refusal-pause.ts'
import type { AcquisitionReason, Observe } from './token-event.ts'

/** One token for one credential and audience, always current. However many callers: one token request at a time. */
export interface TokenSource {
  /** The token that is held, if it may be handed out; begins its early renewal when that is due. */
  current(): AccessToken | undefined
  /**
   * The current token. Without one, waits for the acquisition under way or begins it; rejects with a
   * `CloudPartnerAuthError` when none can be had, or with the signal's reason, which ends this caller's waiting only.
   */
  get(options?: GetOptions): Promise<AccessToken>
  /**
   * The token to use in place of one the API refused: the current one where `refused` was replaced already, else
   * a renewed one. Resolves with `refused` itself where renewing is pointless: a renewed token was refused a
   * moment ago, or the authority hands out the same one again.
   */
  renew(refused: AccessToken, options?: RenewOptions): Promise<AccessToken>
  /** A request that was answered 403 succeeded with this renewed token: it was the token, and may be again. */
  trust(token: AccessToken): void
  /** Forgets its token and ends what is under way. A later `get()` begins anew. */
  close(): void
}

export interface RenewOptions {
  /** JSON of a claims challenge. */
  readonly claims?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** The refusal was a 403, which may be about the token or about rights: it renews at most once per issued token. */
  readonly doubted?: boolean | undefined
  /** Nobody waits for it: one try of 5 s, and none while the authority asked for a pause. */
  readonly background?: boolean | undefined
}

export interface TokenSourceOptions {
  readonly credential: Credential
  readonly audience: string
  readonly observe: Observe
}

const second = 1_000

export function tokenSource(options: TokenSourceOptions): TokenSource {
  const failures = failureMemory(options.credential)
  const refusals = refusalPause()
  const held = heldToken({
    renew: () => acquisition.underWay ?? acquisition.begin('early'),
    obtain: signal => acquisition.wait(obtainOwn(held.token ? 'expired' : 'first'), signal),
  })
  const acquisition = oneAcquisition({ ...options, held, failures, refusals })

  /** For a caller without a usable token, who came now and has the time of one acquisition. */
  async function obtainOwn(reason: AcquisitionReason): Promise<AccessToken> {
    const joined = acquisition.underWay
    const cameAt = performance.now()
    const token = joined?.token ?? obtain(reason)
    const last = held.token
    // Nobody waits beyond the life of a token that is valid still.
    const left = last ? last.expiresAt - second - Date.now() : 0
    try {
      return await (last && left > 0 ? unlessLate(token, left, async () => last) : token)
    } catch (thrown) {
      if (held.token && held.isUsable) return held.token // in its last seconds, but all there is
      // A try that hung since before the caller came says nothing about now.
      if (!joined || joined.triedAt >= cameAt) throw thrown
      const rest = longestWait - (performance.now() - cameAt)
      return unlessLate(obtain(reason), rest, () => Promise.reject(thrown))
    }
  }

  async function obtain(reason: AcquisitionReason): Promise<AccessToken> {
    await failures.check()
    return (acquisition.underWay ?? acquisition.begin(reason)).token
  }

  async function renew(
    refused: AccessToken,
    { claims, signal, background = false, doubted = false }: RenewOptions = {},
  ): Promise<AccessToken> {
    const waited = <T>(promise: Promise<T>) =>
      background ? promise : acquisition.wait(promise, signal)
    // State is read again after every await, so that a renewal starts in the tick that found it missing.
    while (isCurrent(refused, claims)) {
      const { underWay } = acquisition
      // Only an acquisition with the same claims answers a claims challenge; a plain refusal is content with any.
      if (underWay && (claims === undefined || underWay.claims === claims)) {
        return waited(underWay.token)
      }
      if (underWay) {
        await waited(underWay.token.catch(() => undefined))
      } else if (isPaused(refused, doubted) || (background && failures.pauseLeft > 0)) {
        return held.token ?? refused
      } else if (failures.recall()) {
        await waited(failures.check())
      } else {
        const reason = claims !== undefined ? 'claims' : doubted ? 'doubted' : 'refused'
        return waited(acquisition.begin(reason, claims).token)
      }
    }
    return held.get({ signal })
  }

  /** A new claims challenge ignores the pause; everything else gets the held token. */
  function isPaused(refused: AccessToken, doubted: boolean): boolean {
    const { token } = held
    if (doubted && held.isDoubted) return true
    return refusals.isOn && !!token && (sameToken(token, refused) || token.claims !== undefined)
  }

  /** Whether the refused token is what a renewal would have to replace. */
  function isCurrent(refused: AccessToken, claims: string | undefined): boolean {
    const { token } = held
    if (!token || !held.isUsable) return false
    return sameToken(token, refused) || (claims !== undefined && token.claims !== claims)
  }

  function close(): void {
    held.forget()
    failures.forget()
    acquisition.end(new DOMException('The auth was closed.', 'AbortError'))
  }

  return { current: held.current, get: held.get, renew, trust: held.trust, close }
}

/** `promise`, or what `late` comes to where that has not settled within `limit` milliseconds. */
function unlessLate<T>(promise: Promise<T>, limit: number, late: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(late()), limit)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
