// Got's own types, as far as its majors agree. They are not imported: got 12 and later is ESM only, while this package
// is for CommonJS applications with got 11 too.

/** The options of one request. Got 12 and later makes new ones for each redirect and each retry, got 11 does not. */
export interface GotOptions {
  /** A URL, whenever a hook sees it. */
  readonly url?: string | URL | undefined
  readonly headers: GotHeaders
  readonly hooks: GotHooks
  readonly timeout: { request?: number | undefined }
  readonly retry: GotRetryRules
  readonly body?: unknown
  readonly isStream?: boolean | undefined
  readonly cache?: unknown
  agent?: unknown
  readonly http2?: boolean | undefined
  readonly h2session?: unknown
  /** What sends the request. It may return nothing: then got does it itself. */
  request?: GotRequestFunction | undefined
  /** Since 12: what got is going to send with, asked for once each time it sends. */
  getRequestFunction?(): GotRequestFunction | undefined
  /** Since 12. */
  readonly signal?: AbortSignal | undefined
  /** Since 15. True for an explicit `undefined` too. */
  isHeaderExplicitlySet?(name: string): boolean
}

// Types of methods, since only these are compared loosely enough to take the functions of all majors.
/** Called with a URL and Node's options for it. What it returns is a request, an answer, or a promise of one. */
export type GotRequestFunction = { request(...call: readonly unknown[]): unknown }['request']
type CalculateDelay = { delay(facts: { computedValue: number }): number | Promise<number> }['delay']

export interface GotRetryRules {
  calculateDelay?: CalculateDelay | undefined
}

export type GotHeaders = Record<string, string | string[] | undefined>

/** The lists of one request, its own copies. */
export type GotHooks = Record<keyof GotHookFunctions | 'afterResponse', unknown[]>

export interface GotHookFunctions {
  /** Called for each attempt, and for each redirect of it. */
  beforeRequest(options: GotOptions): Promise<void>
  /** With the options of the hop to come, and the answer to the last one. */
  beforeRedirect(options: GotOptions, response: GotResponse): void
  /** Called when no retry is left; not for an abort. */
  beforeError(error: GotError): Error
}

export interface GotRequest {
  readonly options: GotOptions
  retryCount: number
}

/** A buffered answer. */
export interface GotResponse {
  readonly statusCode: number
  /** Of the hop that answered. */
  readonly url: string
  readonly headers: { readonly 'www-authenticate'?: string | undefined }
  readonly request: GotRequest
}

export interface GotError extends Error {
  readonly request?: GotRequest | undefined
  /** Of an HTTPError. */
  readonly response?: GotResponse | undefined
}

/** Begins the request anew with `options` merged into its own. Since got 12 it never returns. */
export type GotRetry = (options: { retry: GotRetryRules }) => Promise<GotResponse>
