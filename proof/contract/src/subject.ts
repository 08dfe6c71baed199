import type { CloudPartnerAuth } from '@cloud-partner-auth/core'

/**
 * An adapter with the client it is made for, and what is known about the two. Whatever differs between clients is
 * declared here, and every declaration is checked too: a false one fails a case.
 */
export interface Subject<Plugin> {
  readonly name: string
  /** What the adapter package exports. */
  readonly adapter: (auth: CloudPartnerAuth) => Plugin
  /** The same export of its CommonJS build; absent where the package has none. */
  readonly commonjs?: (auth: CloudPartnerAuth) => Plugin
  /** The core that makes the auths for the tests. Default: the ESM build. */
  readonly core?: Core
  /** Makes a client; without `plugin` the bare one, so that the two can be compared. */
  readonly create: (plugin: Plugin | undefined, options: ClientOptions) => Client
  /** The same plugin as a careful person writes it by hand. Benchmarks measure the adapter beside it. */
  readonly byHand?: (fixed: ByHand) => Plugin
  readonly traits: Traits
}

/** What a plugin written by hand knows: the one origin that gets the token, and a token and a version that never change. */
export interface ByHand {
  readonly origin: string
  readonly token: string
  readonly version: string
}

export type Core = Pick<
  typeof import('@cloud-partner-auth/core'),
  'cloudPartnerAuth' | 'clientSecret' | 'tokenEndpoint'
>

/** How a client is set up. It must not retry unless `retries` says so. */
export interface ClientOptions {
  readonly baseUrl?: string | undefined
  /** How often the client, or the retry plugin its users know, repeats a request answered 503, without any pause. */
  readonly retries?: number | undefined
  /** User code to install in the client, which is to call it for each request and each answer. */
  readonly user?: UserCode | undefined
}

/** Hooks or interceptors that a user adds to a client. */
export interface UserCode {
  /** Whether it is installed before or after the plugin. */
  readonly installed: 'before' | 'after'
  request(): void
  answer(): void
}

export interface Client {
  /** Resolves with an answer of any status unless `strict`; rejects with the client's own error. */
  send(request: Sending): Promise<Delivered>
  /** Resolves with the head of an answer, and a body still to be read. Required where `streams` is declared. */
  stream?(request: Sending): Promise<Streamed>
}

/** A request in neutral words, which `create` translates into the client's options. */
export interface Sending {
  readonly method?: string | undefined
  readonly url: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** To be sent as JSON in the client's own way. */
  readonly json?: unknown
  /** To be sent unchanged. */
  readonly body?: unknown
  /** The client's own `params` or `searchParams`. */
  readonly query?: unknown
  readonly signal?: AbortSignal | undefined
  /** Milliseconds, for the client's own time-out. */
  readonly timeout?: number | undefined
  /** Reject at 4xx and 5xx where the client does so by default. */
  readonly strict?: boolean | undefined
  /** To be called with the bytes sent so far. */
  readonly onUpload?: ((bytes: number) => void) | undefined
  /** To be called with the bytes received so far. */
  readonly onDownload?: ((bytes: number) => void) | undefined
}

/** An answer as the caller gets it. */
export interface Delivered {
  readonly status: number
  readonly text: string
  /** The client's own response object, with its body read. It is searched for secrets. */
  readonly raw: unknown
}

/** An answer that the caller reads piece by piece. Leaving the iteration of `body` early gives the answer up. */
export interface Streamed {
  readonly status: number
  readonly body: AsyncIterable<Uint8Array>
}

/** What the client itself can do, and what it lets its adapter see. */
export interface Traits {
  /** Rejects at 4xx and 5xx unless told otherwise. */
  readonly throwsOnStatus: boolean
  /** Makes an error of its own of what the sending below it throws, which is the `cause` then. Default: false. */
  readonly wrapsErrors?: boolean
  /** Retries by itself, or `create` installs the retry plugin that its users know. */
  readonly retries: boolean
  /** Has a `baseUrl` of its own. */
  readonly baseUrl: boolean
  /** Tells its adapter which hops a redirect took, so that a 401 behind a foreign hop is not taken for a refusal. */
  readonly seesHops: boolean
  /** Follows redirects within an origin below the adapter, with the token. Default: false. */
  readonly keepsTokenInOrigin?: boolean
  /**
   * Asks its adapter for each hop, and so resends only the one whose token was refused. Other clients follow redirects by
   * themselves and start again at the first URL.
   */
  readonly resendsTheHop: boolean
  /** The forms of `params` or `searchParams` that it accepts. */
  readonly queries: readonly QueryKind[]
  /** How often user code runs for a request that is resent; absent where the client has no hooks or interceptors. */
  readonly userCode?: { readonly requestsOfAResend: number; readonly answersOfAResend: number }
  /** What happens to a request for a streamed answer when its token is refused; absent where the client streams no answers. */
  readonly streams?: Exclude<BodyFate, 'unsupported'>
  /** Reports the progress of uploads and downloads. Default: false. */
  readonly progress?: boolean
  /** Whether its adapter sees the object by which an answer is delivered, for `auth.explain()`. Default: true. */
  readonly explained?: boolean
  /** How many additional copies of a body the client holds in memory with the adapter, at most. Default: 1. */
  readonly copies?: number
  /** What happens to each kind of body when the token is refused. */
  readonly bodies: Readonly<Record<BodyKind, BodyFate>>
}

export type QueryKind = 'object' | 'pairs' | 'URLSearchParams' | 'string'

export type BodyKind =
  | 'JSON'
  | 'string'
  | 'Buffer'
  | 'typed array'
  | 'URLSearchParams'
  | 'FormData with a file'
  | 'Blob'
  | 'Node stream'
  | 'web stream'
  | 'async generator'

/** `resent`: the caller gets the answer to the second sending; `once`: the 401; `unsupported`: the bare client does not send it. */
export type BodyFate = 'resent' | 'once' | 'unsupported'
