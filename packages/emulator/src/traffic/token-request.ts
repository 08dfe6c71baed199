/** One request for a token, as the emulator's log keeps it. Never holds a secret or an assertion. */
export interface TokenRequest {
  readonly id: string
  /** When it arrived, in emulated time. */
  readonly at: number
  readonly endpoint: 'v1' | 'v2' | 'app-service' | 'imds'
  /** As the path names it; empty for a managed identity that was not found. */
  readonly tenant: string
  readonly clientId?: string
  readonly resource?: string
  readonly scope?: string
  /** The `claims` parameter as received. */
  readonly claims?: string
  /** The `User-Agent`. */
  readonly client: string
  /** What the client proved itself with, when that held. */
  readonly credential?: 'secret' | 'certificate' | 'federated'
  /** 0 until it is answered, and when it never is. */
  readonly status: number
  /** The type of the fault that applied to it. */
  readonly fault?: string
  /** The number of an AADSTS error. */
  readonly error?: number
  /** The `uti` of the token it was answered with. */
  readonly tokenId?: string
}
