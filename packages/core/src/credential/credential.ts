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
   * counts as one that passes, unless an AADSTS code or OAuth error stands among its causes.
   */
  acquire(request: AcquireRequest): Promise<AccessToken>
  /** When the secret or certificate that the last `acquire` used expires, where that is known. */
  readonly expiresAt?: number | undefined
  /**
   * Whether the secret is another one than the last `acquire` used. Asked at most once a second while a permanent
   * failure is remembered; `true` ends the pause.
   */
  changed?(): boolean | Promise<boolean>
  /**
   * A slow hash of its secret, certificate or assertion's subject, salted with `salt`: the secret cannot be guessed from
   * it. With a store, the processes with the same hash share a lasting failure; without this method, none do.
   */
  digest?(salt: string): Promise<string>
  /** The same credential, reading by `look` what it takes from the environment: an auth reads all of that at one moment. */
  inEnvironment?(look: LookAtEnvironment): Credential
}

export interface AcquireRequest {
  /** v1: `resource`; v2: `scope` without `/.default`. */
  readonly audience: string
  /** JSON of a claims challenge, to be sent along as it is. */
  readonly claims?: string | undefined
  /** Why a token is acquired. This, `replacing`, `acquiredAfter` and `wanted` are for credentials that share tokens. */
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
