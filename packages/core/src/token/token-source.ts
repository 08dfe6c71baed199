import type { CloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import type { Credential } from '../credential/credential.ts'
import { type AccessToken, sameToken } from './access-token.ts'
import { acquire, longestWait } from './acquisition.ts'
import { failureMemory } from './failure-memory.ts'
import { heldToken } from './held-token.ts'
import { refusalPause } from './refusal-pause.ts'
import type { AcquisitionReason, Observe } from './token-event.ts'
import { unlessAborted, unlessLate } from './waiting.ts'

/** One token for one credential and audience, always current. However many callers: one token request at a time. */
export interface TokenSource {
  /** The token that is held, if it may be handed out; begins its early renewal when that is due. */
  current(): AccessToken | undefined
  /**
   * The current token. Without one, waits for the acquisition under way or begins it; rejects with a
   * `CloudPartnerAuthError` when none can be had, or with the signal's reason, which ends this caller's waiting only.
   */
  get(options?: { readonly signal?: AbortSignal | undefined }): Promise<AccessToken>
  /**
   * The token to use in place of one the API refused: the current one where `refused` was replaced already, else
   * a renewed one. Resolves with `refused` itself where renewing is pointless: a renewed token was refused a
   * moment ago, or the authority hands out the same one again.
   */
  renew(refused: AccessToken, options?: RenewOptions): Promise<AccessToken>
}

export interface RenewOptions {
  /** JSON of a claims challenge. */
  readonly claims?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Nobody waits for it: one try of 5 s, and none while the authority asked for a pause. */
  readonly background?: boolean | undefined
}

export interface TokenSourceOptions {
  readonly credential: Credential
  readonly audience: string
  readonly observe: Observe
}

/** An acquisition under way. */
interface Acquisition {
  readonly token: Promise<AccessToken>
  readonly claims: string | undefined
  /** When its last try began, by `performance.now()`. */
  triedAt: number
  /** Whether it pauses between two tries. */
  pausing: boolean
  end(reason: unknown): void
}

const second = 1_000
const day = 24 * 60 * 60 * second

export function tokenSource({ credential, audience, observe }: TokenSourceOptions): TokenSource {
  const failures = failureMemory(credential)
  const refusals = refusalPause()
  const held = heldToken(() => acquisition ?? begin('early'))
  let acquisition: Acquisition | undefined
  let waiting = 0

  function get({ signal }: Pick<RenewOptions, 'signal'> = {}): Promise<AccessToken> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    if (held.current()) return held.promise
    return wait(obtainOwn(held.token ? 'expired' : 'first'), signal)
  }

  /** For a caller without a usable token, who came now and has the time of one acquisition. */
  async function obtainOwn(reason: AcquisitionReason): Promise<AccessToken> {
    const joined = acquisition
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
      return unlessLate(obtain(reason), longestWait - (performance.now() - cameAt), () =>
        Promise.reject(thrown),
      )
    }
  }

  async function obtain(reason: AcquisitionReason): Promise<AccessToken> {
    await failures.check()
    return (acquisition ?? begin(reason)).token
  }

  async function renew(
    refused: AccessToken,
    { claims, signal, background = false }: RenewOptions = {},
  ): Promise<AccessToken> {
    const waited = <T>(promise: Promise<T>) => (background ? promise : wait(promise, signal))
    // State is read again after every await, so that a renewal starts in the tick that found it missing.
    while (isCurrent(refused, claims)) {
      // Only an acquisition with the same claims answers a claims challenge; a plain refusal is content with any.
      if (acquisition && (claims === undefined || acquisition.claims === claims)) {
        return waited(acquisition.token)
      }
      if (acquisition) {
        await waited(acquisition.token.catch(() => undefined))
      } else if (isPaused(refused) || (background && failures.pauseLeft > 0)) {
        return held.token ?? refused
      } else if (failures.recall()) {
        await waited(failures.check())
      } else {
        return waited(begin(claims === undefined ? 'refused' : 'claims', claims).token)
      }
    }
    return get({ signal })
  }

  /** A new claims challenge ignores the pause; everything else gets the held token. */
  function isPaused(refused: AccessToken): boolean {
    const { token } = held
    return refusals.isOn && !!token && (sameToken(token, refused) || token.claims !== undefined)
  }

  /** Whether the refused token is what a renewal would have to replace. */
  function isCurrent(refused: AccessToken, claims: string | undefined): boolean {
    const { token } = held
    if (!token || !held.isUsable) return false
    return sameToken(token, refused) || (claims !== undefined && token.claims !== claims)
  }

  function begin(reason: AcquisitionReason, claims?: string): Acquisition {
    const { signal, end } = ending()
    const token = Promise.resolve().then(() => run(mine, reason, signal))
    const mine: Acquisition = { token, claims, triedAt: 0, pausing: false, end }
    acquisition = mine
    token.catch(() => {}) // nobody may be waiting; its failure is an event then, never an unhandled rejection
    return mine
  }

  async function run(
    mine: Acquisition,
    reason: AcquisitionReason,
    signal: AbortSignal,
  ): Promise<AccessToken> {
    const beganAt = performance.now()
    const replacing = held.token
    // A revocation covers every earlier token, so a stored one that is older than our last success is useless too.
    const acceptedAt = reason === 'refused' ? held.acceptedAt : 0
    const acquiredAfter = Math.max(replacing?.acquiredAt ?? 0, acceptedAt)
    const wanted = () => isWanted(mine, reason)
    try {
      const token = await acquire(
        credential,
        { audience, claims: mine.claims, reason, replacing, acquiredAfter, wanted },
        {
          pauseLeft: failures.pauseLeft,
          patience: failures.patience,
          trying: () => Object.assign(mine, { triedAt: performance.now(), pausing: false }),
          pausing: () => Object.assign(mine, { pausing: true }),
          waitedFor: () => waiting > 0 || isWanted(mine, reason),
          signal,
        },
      )
      if (token === replacing) held.putOff()
      else take(token, reason, performance.now() - beganAt)
      return token
    } catch (thrown) {
      if (signal.aborted) throw thrown
      throw noted(thrown as CloudPartnerAuthError, reason) // acquire() throws nothing else
    } finally {
      if (acquisition === mine) acquisition = undefined
    }
  }

  function take(token: AccessToken, reason: AcquisitionReason, took: number): void {
    held.hold(token)
    failures.forget()
    warnOfExpiry()
    // One that was renewed elsewhere a while ago is no freshly renewed one.
    const ago = token.shared ? Math.max(0, Date.now() - token.acquiredAt) : 0
    if (reason === 'refused' || reason === 'claims') refusals.start(ago)
    const from = token.shared ? 'store' : 'authority'
    const { expiresAt } = token
    observe({ type: 'token_acquired', audience, reason, from, expiresAt, took })
  }

  function noted(error: CloudPartnerAuthError, reason: AcquisitionReason): CloudPartnerAuthError {
    const known = failures.note(error)
    const { code, aadsts, retryAt } = known
    held.keep(retryAt)
    observe({ type: 'acquisition_failed', audience, reason, code, aadsts, retryAt })
    return known
  }

  /** Retry only while a caller waits without a valid token. After giving up, later callers start anew. */
  function isWanted(mine: Acquisition, reason: AcquisitionReason): boolean {
    const more = waiting > 0 && !(reason === 'expired' && held.isValid)
    if (!more && acquisition === mine) acquisition = undefined
    return more
  }

  function warnOfExpiry(): void {
    const { identity, expiresAt } = credential
    if (expiresAt === undefined || expiresAt - Date.now() > 30 * day) return
    observe({ type: 'credential_expiring', identity, expiresAt })
  }

  async function wait<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    waiting++
    try {
      return await (signal ? unlessAborted(promise, signal) : promise)
    } finally {
      waiting--
      if (waiting === 0 && signal?.aborted) leave(signal.reason)
    }
  }

  /** The last caller has gone: what is under way goes on only to replace a valid token, and in no pause. */
  function leave(reason: unknown): void {
    const left = acquisition
    if (!left || (held.isValid && !left.pausing)) return
    acquisition = undefined
    left.end(reason)
  }

  return { current: held.current, get, renew }
}

function ending(): { readonly signal: AbortSignal; end(reason: unknown): void } {
  const controller = new AbortController()
  return { signal: controller.signal, end: reason => controller.abort(reason) }
}
