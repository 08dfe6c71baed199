import { type AccessToken, sameToken, usableUntil } from './access-token.ts'
import { deadlineIn, isPast, leftOf, over } from './clocks.ts'
import { EarlyRenewal } from './early-renewal.ts'

const second = 1_000
/** A request that was sent this long ago has been answered. */
const answered = 2 * second

/**
 * The token that a source hands out now, until when, and when it is renewed early.
 *
 * A class, as all that each source has one of: of ten thousand sources, each closure and each getter of an object literal
 * would be more memory to hold and to wait for.
 */
export class HeldToken {
  readonly #renew: () => void
  readonly #early = new EarlyRenewal()
  #token: AccessToken | undefined
  #promise: Promise<AccessToken> | undefined
  #expiry = over
  /** Milliseconds before its expiry in which it is not handed out. */
  #margin = 0
  #lastUsedAt = 0
  #acceptedAt = 0
  #doubted = false
  // Nothing comes due within `quietFor` of when the token was looked at, so a hit compares nothing else. A clock that was
  // set is mostly farther away than that.
  #lookedAt = 0
  #quietFor = 0

  /** @param renew Called when the token in use is due to be renewed early; it must not throw. */
  constructor(renew: () => void) {
    this.#renew = renew
  }

  /** The last token acquired, whether or not it is handed out still. */
  get token(): AccessToken | undefined {
    return this.#token
  }

  /** The token to hand out now; `undefined` where there is none, or it ends within seconds. */
  current(): AccessToken | undefined {
    const now = Date.now()
    return Math.abs(now - this.#lookedAt) < this.#quietFor ? this.#token : this.#look(now)
  }

  /** The same as a promise, the same one each time. */
  promised(): Promise<AccessToken> | undefined {
    const now = Date.now()
    return Math.abs(now - this.#lookedAt) < this.#quietFor || this.#look(now)
      ? this.#promise
      : undefined
  }

  #look(now: number): AccessToken | undefined {
    if (!this.#token || isPast(this.#expiry, this.#margin)) return undefined
    if (isPast(this.#early.due)) {
      this.#early.begin()
      this.#renew()
    }
    if (now >= this.#lastUsedAt + answered || now < this.#lastUsedAt) {
      this.#acceptedAt = this.#lastUsedAt // the requests it was handed out for then were answered, and none refused it
      this.#lastUsedAt = now
    }
    this.#lookedAt = now
    const unused = this.#lastUsedAt + answered - now
    // If the clock is set back meanwhile, the quiet lasts up to three times as long.
    const end = (leftOf(this.#expiry) - this.#margin) / 4
    this.#quietFor = Math.max(0, Math.floor(Math.min(unused, end, leftOf(this.#early.due))))
    return this.#token
  }

  /** Whether the token may be handed out. Unlike `current()`, this is no use of it. */
  get isUsable(): boolean {
    return this.#token !== undefined && !isPast(this.#expiry, this.#margin)
  }

  /** Whether the token has not expired: the API accepts it, though it may not be handed out any more. */
  get isValid(): boolean {
    return this.#token !== undefined && !isPast(this.#expiry)
  }

  /** When the token was last handed out and then not refused; 0 if never. Milliseconds since the Unix epoch. */
  get acceptedAt(): number {
    return this.#acceptedAt
  }

  /** Whether it was acquired for a 403, and is not known to have mended that. */
  get isDoubted(): boolean {
    return this.#doubted
  }

  /** It mended a 403: the last one was about the token. */
  trust(token: AccessToken): void {
    if (this.#token && sameToken(this.#token, token)) this.#doubted = false
  }

  /** Takes the place of the token held until now. */
  hold(token: AccessToken, { doubted = false }: { readonly doubted?: boolean } = {}): void {
    const { acquiredAt, expiresAt } = token
    this.#token = token
    this.#promise = Promise.resolve(token)
    // No longer than its lifetime, even if the clock was set back since it was asked for.
    this.#expiry = deadlineIn(Math.min(expiresAt - Date.now(), expiresAt - acquiredAt))
    this.#margin = expiresAt - usableUntil(token)
    this.#early.plan(token)
    this.#lastUsedAt = 0
    this.#acceptedAt = 0
    this.#doubted = doubted
    this.#quietFor = 0
  }

  /** No other could be had: the next early renewal waits, and the token is handed out to its last second. */
  keep(retryAt?: number): void {
    this.#early.putOff(retryAt)
    this.#margin = 0
    this.#quietFor = 0
  }

  forget(): void {
    this.#token = undefined
    this.#promise = undefined
    this.#quietFor = 0
  }

  /** Another process is renewing it: the next early renewal waits. */
  putOff(): void {
    this.#early.putOff()
    this.#quietFor = 0
  }
}
