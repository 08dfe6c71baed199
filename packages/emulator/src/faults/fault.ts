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
  /** So many matching requests pass first. Default 0. */
  readonly after?: number
  /** Applies to so many requests and is then used up. Default: to every one until it is removed. */
  readonly count?: number
  /** Milliseconds to wait before answering. */
  readonly delay?: number
}

/** What happens to the request. */
export type FaultEffect =
  /** The token is refused, whatever it is; the authority refuses the credential. */
  | { readonly type: 'refuse' }
  /** Every token issued until now is revoked first, and the request is then judged as any other. */
  | { readonly type: 'revoke' }
  /**
   * The API demands a token that was acquired with these claims, and is content with one. The
   * authority refuses with AADSTS53003 and the claims. Default: a token issued after the fault was added.
   */
  | { readonly type: 'claims-challenge'; readonly claims?: Readonly<Record<string, unknown>> }
  /** 429; `retryAfter` in seconds (default 60) or as the header's value, such as a date. */
  | { readonly type: 'throttle'; readonly retryAfter?: number | string }
  /** An error of the server in its own words; `status` is 503 by default. */
  | {
      readonly type: 'error'
      readonly status?: number
      readonly retryAfter?: number | string
    }
  /** Nothing but the `delay`. */
  | { readonly type: 'slow'; readonly delay: number }
  /** The connection is reset when the head of the request has arrived. */
  | { readonly type: 'reset' }
  /** The request is answered as any other, but the connection ends in the middle of the body. */
  | { readonly type: 'half-body' }
  /** The request is read and never answered. */
  | { readonly type: 'hang' }
  /** An HTML page instead of JSON; `status` is 200 by default. */
  | { readonly type: 'html'; readonly status?: number }
  /** The service's clock differs by so many milliseconds from the emulated time. */
  | { readonly type: 'skew'; readonly by: number }
  /** The authority's token lasts so many milliseconds, but the answer says its usual lifetime. */
  | { readonly type: 'expire-early'; readonly lifetime: number }
  /** The authority answers with the token it issued last to this app for this resource. */
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
