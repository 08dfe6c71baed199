import { type CloudPartnerAuthError, retold } from '../cloud-partner-auth-error.ts'
import type { Credential } from '../credential/credential.ts'
import { hasChanged, longestBackoff } from './acquisition.ts'
import { noPause, Pause } from './clocks.ts'
import { isForeign } from './foreign-failure.ts'

const second = 1_000
/** After a lasting failure, so that a wrong secret costs a handful of token requests and not one per call. */
const coolDowns = [5 * second, 20 * second, 60 * second, 300 * second] as const
/** What another process was told by the authority is looked for again by then. */
const longestTold = 30 * second
/** After the failures of code that is not ours, so that its recovery is seen within 5 s. */
const pauses = [second, 2 * second, 5 * second] as const
/** An outage shorter than 10 s fails nobody; the last try comes just before. */
const patience = 9_900
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
  #streak: Streak | undefined

  constructor(credential: Credential) {
    this.#credential = credential
  }

  /** The failure that callers get at once, without anybody being asked; `undefined` where there is none. */
  recall(): CloudPartnerAuthError | undefined {
    if (this.#current.left === 0) return undefined
    // Callers wait for a pause that the authority named, unless it is longer than anybody waits.
    const left = this.#told.left > 0 ? this.#told.left : this.#current.left
    const waited = isOfAuthority(this.#failure) && left <= longestBackoff
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

  /** Milliseconds that an acquisition waits before its first try, as the authority asked (Retry-After). */
  get pauseLeft(): number {
    return isOfAuthority(this.#failure) ? this.#current.left : 0
  }

  /** Milliseconds for which an acquisition goes on trying while code that is not ours fails. */
  get patience(): number {
    const streak = this.#streak
    return streak && isRecent(streak) ? patience - (performance.now() - streak.began) : patience
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
    } else if (isOfAuthority(error)) {
      this.#current = new Pause((error.retryAt ?? 0) - Date.now())
    } else {
      this.#streak = continued(this.#streak, error)
      const length = nextPause(this.#streak, error)
      this.#current = new Pause(length)
      if (length > 0)
        this.#failure = rememberedFailure(error, this.#streak.since, Date.now() + length)
    }
    return this.#failure
  }

  forget(): void {
    this.#current = noPause
    this.#told = noPause
    this.#failure = undefined
    this.#streak = undefined
  }
}

/** Whether it passes, and by what the authority, or the way to it, said. */
function isOfAuthority(failure: CloudPartnerAuthError | undefined): boolean {
  return failure?.retryable === true && !isForeign(failure)
}

/** Failures with no success between them. Instants are of `performance.now()`, but for `since`. */
interface Streak {
  readonly began: number
  readonly last: number
  readonly pauses: number
  readonly lasting: boolean
  readonly since: number
}

/** A new outage is not the last one going on, which ended unseen. */
function isRecent({ last, lasting }: Streak): boolean {
  return lasting || performance.now() - last < 60 * second
}

function continued(streak: Streak | undefined, { retryable }: CloudPartnerAuthError): Streak {
  const now = performance.now()
  const lasting = !retryable
  if (streak?.lasting !== lasting || !isRecent(streak))
    return { began: now, last: now, pauses: 0, lasting, since: Date.now() }
  const paused = lasting || now - streak.began >= patience
  return { ...streak, last: now, pauses: streak.pauses + (paused ? 1 : 0) }
}

function nextPause({ began, pauses: count, lasting }: Streak, { aadsts }: CloudPartnerAuthError) {
  if (lasting) return coolDown(count + 1, aadsts)
  if (performance.now() - began < patience) return 0
  return pauses[Math.min(Math.max(count - 1, 0), 2) as 0 | 1 | 2]
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
