import { type AccessToken, sameToken, usableUntil } from './access-token.ts'
import { type Deadline, deadlineIn, isPast } from './clocks.ts'
import { earlyRenewal } from './early-renewal.ts'

/** The token that a source hands out now, until when, and when it is renewed early. */
export interface HeldToken {
  /** The last token acquired, whether or not it is handed out still. */
  readonly token: AccessToken | undefined
  /** The token to hand out now; `undefined` where there is none, or it ends within seconds. */
  current(): AccessToken | undefined
  /** The same as a promise, the same one each time; without a token to hand out, what `obtain` comes to. */
  get(options?: GetOptions): Promise<AccessToken>
  /** Whether the token may be handed out. Unlike `current()`, this is no use of it. */
  readonly isUsable: boolean
  /** Whether the token has not expired: the API accepts it, though it may not be handed out any more. */
  readonly isValid: boolean
  /** When the token was last handed out and then not refused; 0 if never. Milliseconds since the Unix epoch. */
  readonly acceptedAt: number
  /** Whether it was acquired for a 403, and is not known to have mended that. */
  readonly isDoubted: boolean
  /** It mended a 403: the last one was about the token. */
  trust(token: AccessToken): void
  /** Takes the place of the token held until now. */
  hold(token: AccessToken, options?: { readonly doubted?: boolean }): void
  /** No other could be had: the next early renewal waits, and the token is handed out to its last second. */
  keep(retryAt?: number): void
  forget(): void
  /** Another process is renewing it: the next early renewal waits. */
  putOff(): void
}

const second = 1_000
/** A request that was sent this long ago has been answered. */
const answered = 2 * second
const over: Deadline = { wall: 0, monotonic: 0 }

export interface GetOptions {
  readonly signal?: AbortSignal | undefined
}

export interface HeldTokenOptions {
  /** Called when the token in use is due to be renewed early; it must not throw. */
  renew(): void
  /** Called for whoever comes while there is no token to hand out. */
  obtain(signal: AbortSignal | undefined): Promise<AccessToken>
}

/**
 * A hit reads nothing but what this closure holds: of ten thousand sources, each other object would be one more wait for
 * memory.
 */
export function heldToken({ renew, obtain }: HeldTokenOptions): HeldToken {
  const early = earlyRenewal()
  let token: AccessToken | undefined
  let promise: Promise<AccessToken> | undefined
  let usable = over
  let expiry = over
  let lastUsedAt = 0
  let acceptedAt = 0
  let doubted = false
  // Between these two instants a hit compares nothing else. If the clock is set, it leaves them.
  let quietFrom = 0
  let quietUntil = 0

  function current(): AccessToken | undefined {
    const now = Date.now()
    return now < quietUntil && now >= quietFrom ? token : use(now)
  }

  function get(options?: GetOptions): Promise<AccessToken> {
    const signal = options?.signal
    if (signal?.aborted) return Promise.reject(signal.reason)
    const now = Date.now()
    const isQuiet = now < quietUntil && now >= quietFrom
    return promise && (isQuiet || use(now)) ? promise : obtain(signal)
  }

  function use(now: number): AccessToken | undefined {
    if (!token || isPast(usable)) return undefined
    if (isPast(early.due)) {
      early.begin()
      renew()
    }
    if (now >= lastUsedAt + answered || now < lastUsedAt) {
      acceptedAt = lastUsedAt // the requests it was handed out for then were answered, and none refused it
      lastUsedAt = now
    }
    quietFrom = now
    quietUntil = Math.min(lastUsedAt + answered, usable.wall, early.due.wall)
    return token
  }

  function hold(
    next: AccessToken,
    { doubted: isDoubted = false }: { readonly doubted?: boolean } = {},
  ): void {
    doubted = isDoubted
    const { acquiredAt, expiresAt } = next
    token = next
    promise = Promise.resolve(next)
    // No longer than its lifetime, even if the clock was set back since it was asked for.
    expiry = deadlineIn(Math.min(expiresAt - Date.now(), expiresAt - acquiredAt))
    usable = before(expiry, expiresAt - usableUntil(next))
    early.plan(next)
    lastUsedAt = 0
    acceptedAt = 0
    quietUntil = 0
  }

  return {
    get token() {
      return token
    },
    current,
    get,
    get isUsable() {
      return token !== undefined && !isPast(usable)
    },
    get isValid() {
      return token !== undefined && !isPast(expiry)
    },
    get acceptedAt() {
      return acceptedAt
    },
    get isDoubted() {
      return doubted
    },
    trust(mended) {
      if (token && sameToken(token, mended)) doubted = false
    },
    hold,
    keep(retryAt) {
      early.putOff(retryAt)
      usable = expiry
      quietUntil = 0
    },
    forget() {
      token = undefined
      promise = undefined
      quietUntil = 0
    },
    putOff() {
      early.putOff()
      quietUntil = 0
    },
  }
}

function before({ wall, monotonic }: Deadline, ms: number): Deadline {
  return { wall: wall - ms, monotonic: monotonic - ms }
}
