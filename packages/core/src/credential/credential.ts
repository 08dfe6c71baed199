import type { LookAtEnvironment } from '../environment.ts'
import type { AccessToken } from '../token/access-token.ts'
import type { AcquisitionReason } from '../token/token-event.ts'

/**
 * How a token is acquired. Make one with a factory of this package, or write one: an object with
 * `acquire` is enough.
 */
export interface Credential {
  /** Names tenant and client, never a secret; absent where nothing identifies it. */
  readonly identity?: string | undefined
  /**
   * Makes one token request, without retries: the token source retries, shares and remembers. Build the result with
   * `accessToken()`. Throw a `CloudPartnerAuthError` to say whether trying again can help; any other error
   * counts as one where it cannot.
   */
  acquire(request: AcquireRequest): Promise<AccessToken>
  /** When the secret or certificate that the last `acquire` used expires, where that is known. */
  readonly expiresAt?: number | undefined
  /**
   * Whether the secret is another one than the last `acquire` used. Asked at most once a second while a permanent
   * failure is remembered; `true` ends the cool-down.
   */
  changed?(): boolean | Promise<boolean>
  /**
   * A hash, made with `salt`, of what it would prove itself with now, from which that cannot be guessed. With a store, a
   * lasting failure is shared by the processes for which it is the same; without this method, by none.
   */
  digest?(salt: string): Promise<string>
  /** The same credential, with what it leaves to the environment read by `look`: an auth has one look for all. */
  inEnvironment?(look: LookAtEnvironment): Credential
}

export interface AcquireRequest {
  /** v1: `resource`; v2: `scope` without `/.default`. */
  readonly audience: string
  /** JSON of a claims challenge, to be sent along as it is. */
  readonly claims?: string | undefined
  /** Why a token is acquired; for a credential that shares tokens, like the next three. */
  readonly reason?: AcquisitionReason | undefined
  /**
   * The token to be replaced, where there is one: it expired, grows old or was refused. Resolve with this very object
   * to leave it in its place for some seconds, because another process is renewing it.
   */
  readonly replacing?: AccessToken | undefined
  /** A shared token is of use only if it was acquired after this instant. */
  readonly acquiredAfter?: number | undefined
  /** Whether a caller waits for this acquisition. After `false` nobody joins it any more. */
  readonly wanted?: (() => boolean) | undefined
  /** How long this try may take, in milliseconds. */
  readonly limit?: number | undefined
  /** Aborted when this try has taken too long. */
  readonly signal: AbortSignal
}
