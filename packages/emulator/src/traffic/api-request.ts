import type { Answer } from '../api/answer.ts'
import type { ApiName } from '../api/api-name.ts'

/** A token as an API was shown it, decoded; the token itself is never kept. */
export interface SeenToken {
  /** The token's own id: its `uti` claim. */
  readonly id: string
  /** Milliseconds since it was issued. */
  readonly age: number
  readonly claims: Readonly<Record<string, unknown>>
}

/** One request to an API, as the emulator's log keeps it. */
export interface ApiRequest extends OtherRequest {
  readonly api: ApiName
  readonly apiVersion?: string
  readonly token?: SeenToken
  /** Which of the answers in the emulator's table it was given, and what that rests on. */
  readonly answer?: Answer
  /** The id of the refused request that it repeats with another token, as far as can be told. */
  readonly resendOf?: string
}

/** One request to a path that none of the emulated services has. */
export interface OtherRequest {
  readonly id: string
  /** When it arrived, in emulated time. */
  readonly at: number
  readonly method: string
  /** Path and query exactly as received. */
  readonly url: string
  readonly path: string
  /** The `User-Agent`. */
  readonly client: string
  /** Lower-case names; of `authorization` only the scheme, and no cookies. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: {
    readonly bytes: number
    /** In hex. */
    readonly sha256: string
    /** Up to 64 KiB, when it is UTF-8; the oldest entries of a long log lose theirs. */
    readonly text?: string
    /** False until the whole body has arrived. */
    readonly complete: boolean
  }
  /** 0 until it is answered, and when it never is. */
  readonly status: number
  /** The type of the fault that applied to it. */
  readonly fault?: string
  /** Why it was answered 400, 401 or 403. */
  readonly refused?: string
}
