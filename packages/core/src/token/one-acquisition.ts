import { type CloudPartnerAuthError, isCloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import type { Credential } from '../credential/credential.ts'
import type { AccessToken } from './access-token.ts'
import { acquire } from './acquisition.ts'
import type { FailureMemory } from './failure-memory.ts'
import type { HeldToken } from './held-token.ts'
import type { RefusalPause } from './refusal-pause.ts'
import type { AcquisitionReason, Observe } from './token-event.ts'

/** The acquisition of a source: one at a time, however many callers wait for it. */
export interface OneAcquisition {
  readonly underWay: Acquisition | undefined
  /** Begins one, in place of one that was given up; there must be no other under way. */
  begin(reason: AcquisitionReason, claims?: string): Acquisition
  /** `promise`, for a caller who waits for it, or the reason of `signal` as soon as that is aborted. */
  wait<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T>
  /** Ends the one under way; those who wait for it are rejected with `reason`. */
  end(reason: unknown): void
}

export interface Acquisition {
  readonly token: Promise<AccessToken>
  /** The claims it asks for, after a claims challenge. */
  readonly claims: string | undefined
  /** When its last try began, by `performance.now()`. */
  readonly triedAt: number
}

export interface OneAcquisitionOptions {
  readonly credential: Credential
  readonly audience: string
  readonly observe: Observe
  readonly held: HeldToken
  readonly failures: FailureMemory
  readonly refusals: RefusalPause
}

interface Running {
  readonly token: Promise<AccessToken>
  readonly claims: string | undefined
  readonly reason: AcquisitionReason
  readonly controller: AbortController
  triedAt: number
  /** Whether it pauses between two tries. */
  pausing: boolean
}

const day = 24 * 60 * 60 * 1_000

export function oneAcquisition(options: OneAcquisitionOptions): OneAcquisition {
  const { credential, audience, observe, held, failures, refusals } = options
  let running: Running | undefined
  let waiting = 0

  function begin(reason: AcquisitionReason, claims?: string): Acquisition {
    const token = Promise.resolve().then(() => run(mine))
    const controller = new AbortController()
    const mine: Running = { token, claims, reason, controller, triedAt: 0, pausing: false }
    running = mine
    token.catch(() => {}) // nobody may be waiting; its failure is an event then, never an unhandled rejection
    return mine
  }

  async function run(mine: Running): Promise<AccessToken> {
    const { reason, claims, controller } = mine
    const beganAt = performance.now()
    const replacing = held.token
    // A revocation covers every earlier token, so a stored one that is older than our last success is useless too.
    const acceptedAt = reason === 'refused' || reason === 'doubted' ? held.acceptedAt : 0
    const acquiredAfter = Math.max(replacing?.acquiredAt ?? 0, acceptedAt)
    const wanted = () => isWanted(mine)
    try {
      const request = { audience, claims, reason, replacing, acquiredAfter, wanted }
      const token = await acquire(credential, request, {
        pauseLeft: failures.pauseLeft,
        patience: failures.patience,
        trying: () => Object.assign(mine, { triedAt: performance.now(), pausing: false }),
        pausing: () => Object.assign(mine, { pausing: true }),
        waitedFor: () => waiting > 0 || isWanted(mine),
        signal: controller.signal,
      })
      if (token === replacing) held.putOff()
      else take(token, reason, performance.now() - beganAt)
      return token
    } catch (thrown) {
      if (controller.signal.aborted && !isCloudPartnerAuthError(thrown)) throw thrown
      throw noted(thrown as CloudPartnerAuthError, reason) // acquire() throws nothing else
    } finally {
      if (running === mine) running = undefined
    }
  }

  function take(token: AccessToken, reason: AcquisitionReason, took: number): void {
    held.hold(token, { doubted: reason === 'doubted' })
    failures.forget()
    warnOfExpiry(credential, observe)
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
    // Only a failure that another process has told of is known since before.
    const from = error.since === undefined ? undefined : 'store'
    observe({ type: 'acquisition_failed', audience, reason, from, code, aadsts, retryAt })
    return known
  }

  /** Retry only while a caller waits without a valid token. After giving up, later callers start anew. */
  function isWanted(mine: Running): boolean {
    const more = waiting > 0 && !(mine.reason === 'expired' && held.isValid)
    if (!more && running === mine) running = undefined
    return more
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
    if (running && (!held.isValid || running.pausing)) end(reason)
  }

  function end(reason: unknown): void {
    running?.controller.abort(reason)
    running = undefined
  }

  return {
    get underWay() {
      return running
    },
    begin,
    wait,
    end,
  }
}

function warnOfExpiry({ identity, expiresAt }: Credential, observe: Observe): void {
  if (expiresAt === undefined || expiresAt - Date.now() > 30 * day) return
  observe({ type: 'credential_expiring', identity, expiresAt })
}

export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)
  })
}
