import { type CloudPartnerAuthError, retold } from '../cloud-partner-auth-error.ts'
import type { Credential } from '../credential/credential.ts'
import { hasChanged, longestBackoff } from './acquisition.ts'
import { noPause, Pause } from './clocks.ts'
import { isForeign } from './foreign-failure.ts'
import { Outage } from './outage.ts'

const second = 1_000
/** After a lasting failure, so that a wrong secret costs a handful of token requests and not one per call. */
const coolDowns = [5 * second, 20 * second, 60 * second, 300 * second] as const
/** What another process was told by the authority is looked for again by then. */
const longestTold = 30 * second
/** Entra says these of a secret and a federated credential, too, that were made within the last minute. */
const newCredential: readonly (number | undefined)[] = [7000215, 70021, 700211, 700213, 7002121]

/** What failed, until when asking again is pointless, and whether the credential has changed since. */
export class FailureMemory {
  readonly #credential: Credential
  #current = noPause
  /** Where another process was told: until when nobody asks. */
  #told = noPause
  #looked = noPause
  #failure: CloudPartnerAuthError | undefined
  /** Lasting failures with no success between them, and when the first of them came. */
  #refusals = 0
  #refusedSince = 0
  #outage: Outage | undefined

  constructor(credential: Credential) {
    this.#credential = credential
  }

  /** The failure that callers get at once, without anybody being asked; `undefined` where there is none. */
  recall(): CloudPartnerAuthError | undefined {
    if (this.#current.left === 0) return undefined
    // Callers wait for a pause that the authority named, unless it is longer than anybody waits.
    const left = this.#told.left > 0 ? this.#told.left : this.#current.left
    const waited = isAwaited(this.#failure) && left <= longestBackoff
    return waited ? undefined : this.#failure
  }

  /**
   * Throws the failure that {@link recall} gives, unless the credential has changed since: then it is forgotten. Looks
   * at the credential once a second at most.
   */
  async check(): Promise<void> {
    const known = this.recall()
    if (!known) return
    if (known.retryable || this.#looked.left > 0) throw known
    this.#looked = new Pause(second)
    if (!(await hasChanged(this.#credential))) throw known
    this.forget()
  }

  /**
   * Milliseconds that an acquisition waits before its first try: as the authority asked (Retry-After), or since code that
   * is not ours failed a moment ago.
   */
  get pauseLeft(): number {
    return isAwaited(this.#failure) ? this.#current.left : 0
  }

  /** Takes note of a try in which code that is not ours failed. Milliseconds until the next; `undefined`: there is none. */
  tryFailed(error: CloudPartnerAuthError): number | undefined {
    this.#refusals = 0
    if (!this.#outage?.isRecent) this.#outage = new Outage()
    return this.#outage.failed(error)
  }

  /** Takes note of a try that was ended since nobody waited for it. It counts as one more while others fail. */
  abandoned(): void {
    const outage = this.#outage
    if (!outage?.error || !outage.isRecent) return
    outage.failed(outage.error)
    this.note(outage.error)
  }

  /** Takes note of a failure and returns it as callers shall see it: with since when and until when. */
  note(error: CloudPartnerAuthError): CloudPartnerAuthError {
    this.#looked = new Pause(second) // the acquisition has looked already
    this.#told = noPause
    this.#failure = error
    if (error.since !== undefined) {
      // Another process's, told by a store, which is looked at again by then.
      const left = (error.retryAt ?? 0) - Date.now()
      this.#told = new Pause(left)
      this.#current = new Pause(untilNextLook(left))
    } else if (isForeign(error)) {
      this.#noteForeign(error)
    } else if (error.retryable) {
      this.#current = new Pause((error.retryAt ?? 0) - Date.now())
    } else {
      this.#outage = undefined
      if (this.#refusals++ === 0) this.#refusedSince = Date.now()
      this.#rememberFor(coolDown(this.#refusals, error.aadsts), this.#refusedSince)
    }
    return this.#failure
  }

  #noteForeign(error: CloudPartnerAuthError): void {
    if (this.#outage?.error !== error) this.tryFailed(error)
    const { after, awaited, since } = this.#outage as Outage // which tryFailed() has made
    if (awaited) this.#current = new Pause(after)
    else this.#rememberFor(after, since)
  }

  #rememberFor(ms: number, since: number): void {
    this.#current = new Pause(ms)
    this.#failure = this.#failure && rememberedFailure(this.#failure, since, Date.now() + ms)
  }

  forget(): void {
    this.#current = noPause
    this.#told = noPause
    this.#failure = undefined
    this.#refusals = 0
    this.#outage = undefined
  }
}

/**
 * Whether callers wait until it has passed, rather than being told of it. Of code that is not ours those are told who come
 * later than 10 s, and then it says since when.
 */
function isAwaited(failure: CloudPartnerAuthError | undefined): boolean {
  return failure?.retryable === true && (!isForeign(failure) || failure.since === undefined)
}

/** Those who were told together do not come back together. */
function untilNextLook(left: number): number {
  if (left > longestTold) return longestTold * (0.75 + Math.random() / 4)
  return left + Math.random() * Math.min(left / 4, 2 * second)
}

/** After so many lasting failures in a row; the first is 1. */
export function coolDown(count: number, aadsts: number | undefined): number {
  const longest = newCredential.includes(aadsts) ? 3 : 4
  return coolDowns[(Math.min(count, longest) - 1) as 0 | 1 | 2 | 3]
}

/** The failure as it is told while it is remembered, with since when and until when. */
export function rememberedFailure(
  error: CloudPartnerAuthError,
  since: number,
  retryAt: number,
): CloudPartnerAuthError {
  const times = ` (Since ${time(since)}; no token is asked for before ${time(retryAt)}.)`
  return retold(error, told => told + times, { retryAt, since })
}

function time(instant: number): string {
  return new Date(instant).toISOString()
}
