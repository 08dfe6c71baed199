import type { Credential } from '../credential/credential.ts'
import { type AccessToken, sameToken } from './access-token.ts'
import { longestWait } from './acquisition.ts'
import { FailureMemory } from './failure-memory.ts'
import { HeldToken } from './held-token.ts'
import { OneAcquisition } from './one-acquisition.ts'
import { RefusalPause } from './refusal-pause.ts'
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
  /** A request that was answered 403 succeeded with this renewed token, so the next 403 may be about the token again. */
  trust(token: AccessToken): void
  /** Forgets its token and ends what is under way. A later `get()` begins anew. */
  close(): void
}

export interface GetOptions {
  readonly signal?: AbortSignal | undefined
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
  return new Source(options)
}

class Source implements TokenSource {
  readonly #held: HeldToken
  readonly #failures: FailureMemory
  readonly #refusals = new RefusalPause()
  readonly #acquisition: OneAcquisition

  constructor({ credential, audience, observe }: TokenSourceOptions) {
    const held = new HeldToken(() => this.#acquisition.underWay ?? this.#acquisition.begin('early'))
    const failures = new FailureMemory(credential)
    const refusals = this.#refusals
    this.#held = held
    this.#failures = failures
    this.#acquisition = new OneAcquisition({
      credential,
      audience,
      observe,
      held,
      failures,
      refusals,
    })
  }

  current(): AccessToken | undefined {
    return this.#held.current()
  }

  get(options?: GetOptions): Promise<AccessToken> {
    const signal = options?.signal
    if (signal?.aborted) return Promise.reject(signal.reason)
    return this.#held.promised() ?? this.#acquisition.wait(this.#obtainOwn(), signal)
  }

  /** For a caller without a usable token, who came now and has the time of one acquisition. */
  async #obtainOwn(): Promise<AccessToken> {
    const held = this.#held
    const last = held.token
    const reason = last ? 'expired' : 'first'
    const joined = this.#acquisition.underWay
    const cameAt = performance.now()
    const token = joined?.token ?? this.#obtain(reason)
    // Nobody waits beyond the life of a token that is valid still.
    const left = last ? last.expiresAt - second - Date.now() : 0
    try {
      return await (last && left > 0 ? unlessLate(token, left, async () => last) : token)
    } catch (thrown) {
      if (held.token && held.isUsable) return held.token // in its last seconds, but all there is
      // A try that began before this caller came, and hung, does not say whether the authority answers now.
      if (!joined || joined.triedAt >= cameAt) throw thrown
      const rest = longestWait - (performance.now() - cameAt)
      return unlessLate(this.#obtain(reason), rest, () => Promise.reject(thrown))
    }
  }

  async #obtain(reason: AcquisitionReason): Promise<AccessToken> {
    await this.#failures.check()
    return (this.#acquisition.underWay ?? this.#acquisition.begin(reason)).token
  }

  async renew(
    refused: AccessToken,
    { claims, signal, background = false, doubted = false }: RenewOptions = {},
  ): Promise<AccessToken> {
    const acquisition = this.#acquisition
    const failures = this.#failures
    const waited = <T>(promise: Promise<T>) =>
      background ? promise : acquisition.wait(promise, signal)
    // State is read again after every await, so that a renewal starts in the tick that found it missing.
    while (this.#isCurrent(refused, claims)) {
      const { underWay } = acquisition
      // Only an acquisition with the same claims answers a claims challenge; a plain refusal is content with any.
      if (underWay && (claims === undefined || underWay.claims === claims)) {
        return waited(underWay.token)
      }
      if (underWay) {
        await waited(underWay.token.catch(() => undefined))
      } else if (this.#isPaused(refused, doubted) || (background && failures.pauseLeft > 0)) {
        return this.#held.token ?? refused
      } else if (failures.recall()) {
        await waited(failures.check())
      } else {
        const reason = claims !== undefined ? 'claims' : doubted ? 'doubted' : 'refused'
        return waited(acquisition.begin(reason, claims).token)
      }
    }
    return this.get({ signal })
  }

  /**
   * Whether the pause leaves the held token in place. During it a renewal begins only for a claims challenge to an earlier
   * token while the held one was acquired without claims: an API that refuses everything must not ask for more.
   */
  #isPaused(refused: AccessToken, doubted: boolean): boolean {
    const { token, isDoubted } = this.#held
    if (doubted && isDoubted) return true
    const isOn = this.#refusals.isOn
    return isOn && !!token && (sameToken(token, refused) || token.claims !== undefined)
  }

  /** Whether the refused token is what a renewal would have to replace. */
  #isCurrent(refused: AccessToken, claims: string | undefined): boolean {
    const { token, isUsable } = this.#held
    if (!token || !isUsable) return false
    return sameToken(token, refused) || (claims !== undefined && token.claims !== claims)
  }

  trust(token: AccessToken): void {
    this.#held.trust(token)
  }

  close(): void {
    this.#held.forget()
    this.#failures.forget()
    this.#acquisition.end(new DOMException('The auth was closed.', 'AbortError'))
  }
}

/** `promise`, or what `late` comes to where that has not settled within `limit` milliseconds. */
function unlessLate<T>(promise: Promise<T>, limit: number, late: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(late()), limit)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
