import { type CloudPartnerAuthError, isCloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import type { Credential } from '../credential/credential.ts'
import type { AccessToken } from './access-token.ts'
import { acquire } from './acquisition.ts'
import type { FailureMemory } from './failure-memory.ts'
import type { HeldToken } from './held-token.ts'
import type { RefusalPause } from './refusal-pause.ts'
import type { AcquisitionReason, Observe } from './token-event.ts'

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

/** The acquisition of a source: one at a time, however many callers wait for it. */
export class OneAcquisition {
  readonly #options: OneAcquisitionOptions
  #running: Running | undefined
  #waiting = 0

  constructor(options: OneAcquisitionOptions) {
    this.#options = options
  }

  get underWay(): Acquisition | undefined {
    return this.#running
  }

  /** Begins one, in place of one that was given up; there must be no other under way. */
  begin(reason: AcquisitionReason, claims?: string): Acquisition {
    const token = Promise.resolve().then(() => this.#run(mine))
    const controller = new AbortController()
    const mine: Running = { token, claims, reason, controller, triedAt: 0, pausing: false }
    this.#running = mine
    token.catch(() => {}) // nobody may be waiting; its failure is an event then, never an unhandled rejection
    return mine
  }

  async #run(mine: Running): Promise<AccessToken> {
    const { credential, audience, held, failures } = this.#options
    const { reason, claims, controller } = mine
    const beganAt = performance.now()
    const replacing = held.token
    // A revocation covers every earlier token, so a stored one that is older than our last success is useless too.
    const acceptedAt = reason === 'refused' || reason === 'doubted' ? held.acceptedAt : 0
    const acquiredAfter = Math.max(replacing?.acquiredAt ?? 0, acceptedAt)
    const wanted = () => this.#isWanted(mine)
    try {
      const request = { audience, claims, reason, replacing, acquiredAfter, wanted }
      const token = await acquire(credential, request, {
        pauseLeft: failures.pauseLeft,
        tryFailed: error => failures.tryFailed(error),
        trying: () => Object.assign(mine, { triedAt: performance.now(), pausing: false }),
        pausing: () => Object.assign(mine, { pausing: true }),
        waitedFor: () => this.#waiting > 0 || this.#isWanted(mine),
        signal: controller.signal,
      })
      if (token === replacing) held.putOff()
      else this.#take(token, reason, performance.now() - beganAt)
      return token
    } catch (thrown) {
      if (controller.signal.aborted && !isCloudPartnerAuthError(thrown)) {
        if (!mine.pausing) failures.abandoned()
        throw thrown
      }
      throw this.#noted(thrown as CloudPartnerAuthError, reason) // acquire() throws nothing else
    } finally {
      if (this.#running === mine) this.#running = undefined
    }
  }

  #take(token: AccessToken, reason: AcquisitionReason, took: number): void {
    const { credential, audience, observe, held, failures, refusals } = this.#options
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

  #noted(error: CloudPartnerAuthError, reason: AcquisitionReason): CloudPartnerAuthError {
    const { audience, observe, held, failures } = this.#options
    const known = failures.note(error)
    const { code, aadsts, retryAt } = known
    held.keep(retryAt)
    // Only a failure that another process has told of is known since before.
    const from = error.since === undefined ? undefined : 'store'
    observe({ type: 'acquisition_failed', audience, reason, from, code, aadsts, retryAt })
    return known
  }

  /** Retry only while a caller waits without a valid token. After giving up, later callers start anew. */
  #isWanted(mine: Running): boolean {
    const more = this.#waiting > 0 && !(mine.reason === 'expired' && this.#options.held.isValid)
    if (!more && this.#running === mine) this.#running = undefined
    return more
  }

  /** `promise`, for a caller who waits for it, or the reason of `signal` as soon as that is aborted. */
  async wait<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    this.#waiting++
    try {
      return await (signal ? unlessAborted(promise, signal) : promise)
    } finally {
      this.#waiting--
      if (this.#waiting === 0 && signal?.aborted) this.#leave(signal.reason)
    }
  }

  /** The last caller has gone: what is under way goes on only to replace a valid token, and in no pause. */
  #leave(reason: unknown): void {
    if (this.#running && (!this.#options.held.isValid || this.#running.pausing)) this.end(reason)
  }

  /** Ends the one under way; those who wait for it are rejected with `reason`. */
  end(reason: unknown): void {
    this.#running?.controller.abort(reason)
    this.#running = undefined
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
