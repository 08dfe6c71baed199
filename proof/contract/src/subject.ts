import type { CloudPartnerAuth } from '@cloud-partner-auth/core'

/**
 * An adapter with the client it is made for, and what is known about the two. Whatever differs between clients is
 * declared here, and every declaration is checked too: a false one fails a case.
 */
export interface Subject<Plugin> {
  readonly name: string
  /** What the adapter package exports. */
  readonly adapter: (auth: CloudPartnerAuth) => Plugin
  /** The same of its CommonJS build; absent where the client, and so the package, has none. */
  readonly commonjs?: (auth: CloudPartnerAuth) => Plugin
  /** What makes the auths it is tried with. Default: the build of core that belongs to this package. */
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

/** How a client is set up. Drivers set no retries unless `retries` asks for some. */
export interface ClientOptions {
  readonly baseUrl?: string | undefined
  /** How often the client, or the retry plugin its users know, repeats a request answered 503, without any pause. */
  readonly retries?: number | undefined
  /** User code to install in the client: called with each request and each answer. */
  readonly user?: UserCode | undefined
}

/** What users put into a client themselves. */
export interface UserCode {
  /** Whether it is installed before or after the plugin. */
  readonly installed: 'before' | 'after'
  request(): void
  answer(): void
}

export interface Client {
  /** Resolves with an answer of any status unless `strict`; rejects with the client's own error. */
  send(request: Sending): Promise<Delivered>
  /** Resolves with the head of an answer, and a body still to be read. There where `streams` is declared. */
  stream?(request: Sending): Promise<Streamed>
}

/** A request, in words that each driver translates into its client's own. */
export interface Sending {
  readonly method?: string | undefined
  readonly url: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** To be sent as JSON the way the client does it. */
  readonly json?: unknown
  /** To be sent as it is. */
  readonly body?: unknown
  /** The client's own `params` or `searchParams`. */
  readonly query?: unknown
  readonly signal?: AbortSignal | undefined
  /** Milliseconds, for the client's own time-out. */
  readonly timeout?: number | undefined
  /** Reject where the client does so by default: at 4xx and 5xx. */
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
  /** The client's own object, buffered; searched for secrets. */
  readonly raw: unknown
}

/** An answer that the caller reads piece by piece; whoever leaves `body` before its end gives the answer up. */
export interface Streamed {
  readonly status: number
  readonly body: AsyncIterable<Uint8Array>
}

/** What holds for a client on its own, and how far its adapter can see. */
export interface Traits {
  /** Rejects at 4xx and 5xx unless told otherwise. */
  readonly throwsOnStatus: boolean
  /** Has a retry of its own, or its driver brings the one its users know. */
  readonly retries: boolean
  /** Has a `baseUrl` of its own. */
  readonly baseUrl: boolean
  /** Tells its adapter which hops a redirect took, so that a 401 behind a foreign hop is not taken for a refusal. */
  readonly seesHops: boolean
  /** Sends only the hop again whose token was refused; others begin at the first URL. */
  readonly resendsTheHop: boolean
  /** Kinds of `params` or `searchParams` it takes. */
  readonly queries: readonly QueryKind[]
  /** What user code the driver can install, and how often it runs for a request that is resent; absent: the client has none. */
  readonly userCode?: { readonly requestsOfAResend: number; readonly answersOfAResend: number }
  /** What becomes of a request for a streamed answer when the token was refused; absent: the client has none. */
  readonly streams?: Exclude<BodyFate, 'unsupported'>
  /** Tells of the progress of uploads and downloads. Default: false. */
  readonly progress?: boolean
  /** How many more copies of a body in memory its adapter makes the client hold, at most. Default: 1. */
  readonly copies?: number
  /** What becomes of each body when the token was refused. */
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
