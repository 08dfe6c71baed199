/** One request for a token, as the emulator's log keeps it. Never holds a secret or an assertion. */
export interface TokenRequest {
  readonly id: string
  /** When it arrived, in emulated time. */
  readonly at: number
  readonly endpoint: 'v1' | 'v2'
  /** As the path names it. */
  readonly tenant: string
  readonly clientId?: string
  readonly resource?: string
  readonly scope?: string
  /** The `claims` parameter as received. */
  readonly claims?: string
  /** The `User-Agent`. */
  readonly client: string
  /** 0 until it is answered, and when it never is. */
  readonly status: number
  /** The number of an AADSTS error. */
  readonly error?: number
  /** The `uti` of the token it was answered with. */
  readonly tokenId?: string
}
