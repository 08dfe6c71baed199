import type { ApiName } from '../api/api-name.ts'

/** A misbehaviour of the emulated services, and the requests that it applies to. */
export type Fault = FaultScope & FaultEffect

/** Which requests a fault applies to. */
export interface FaultScope {
  /**
   * One API, all of them (`apis`), or what issues tokens. Default: whichever service the path is of when
   * a path is given; otherwise `apis`, and `authority` for what only an authority can do.
   */
  readonly on?: ApiName | 'apis' | 'authority' | 'managed-identity'
  /** The path of a URL, in any letter case; `*` stands for any characters. */
  readonly path?: string
  readonly method?: string
  /** The number of matching requests that pass before the first one is hit. Default 0. */
  readonly after?: number
  /** The number of requests that the fault applies to. Default: every one until it is removed. */
  readonly count?: number
  /** Milliseconds to wait before answering. */
  readonly delay?: number
}

/** What happens to the request. */
export type FaultEffect =
  /** An API refuses the token, however good it is; the authority refuses the credential. */
  | { readonly type: 'refuse' }
  /** Revokes every token issued until now; then the request is answered as any other. */
  | { readonly type: 'revoke' }
  /**
   * The API refuses tokens that were not acquired with these claims. The authority refuses every
   * request with AADSTS53003 and the claims. Default: the token must be newer than the fault.
   */
  | { readonly type: 'claims-challenge'; readonly claims?: Readonly<Record<string, unknown>> }
  /** 429; `retryAfter` in seconds (default 60) or as the header's value, such as a date. */
  | { readonly type: 'throttle'; readonly retryAfter?: number | string }
  /** The service fails, in its own words; `status` is 503 by default. */
  | {
      readonly type: 'error'
      readonly status?: number
      readonly retryAfter?: number | string
    }
  /** The service answers late, after `delay` milliseconds. */
  | { readonly type: 'slow'; readonly delay: number }
  /** The emulator resets the connection when the head of the request has arrived. */
  | { readonly type: 'reset' }
  /** The answer is the usual one, but the connection ends in the middle of its body. */
  | { readonly type: 'half-body' }
  /** The emulator reads the request and never answers it. */
  | { readonly type: 'hang' }
  /** An HTML page instead of JSON; `status` is 200 by default. */
  | { readonly type: 'html'; readonly status?: number }
  /** The service judges the request by a clock that is `by` milliseconds ahead. */
  | { readonly type: 'skew'; readonly by: number }
  /** The token lasts `lifetime` milliseconds, but the authority says that it lasts as long as usual. */
  | { readonly type: 'expire-early'; readonly lifetime: number }
  /** The authority hands out again the last token that this app had for this resource. */
  | { readonly type: 'same-token' }
  /**
   * A redirect to the same URL on this origin, on another host name of the emulator, or on plain
   * http; or to an absolute URL. `status` is 307 by default.
   */
  | {
      readonly type: 'redirect'
      readonly to: 'same-host' | 'other-host' | 'http' | (string & {})
      readonly status?: 301 | 302 | 303 | 307 | 308
    }
  /** Any other answer; a `body` that is not a string is sent as JSON. */
  | {
      readonly type: 'answer'
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: unknown
    }
