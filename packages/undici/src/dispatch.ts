// Undici's own types, as far as its majors agree: the built-in one of Node has them under another name.

export type Dispatch = (options: DispatchOptions, handler: DispatchHandler) => boolean

export interface DispatchOptions {
  readonly origin?: string | URL | undefined
  readonly path: string
  readonly method?: string
  readonly query?: Record<string, string> | null
  readonly headers?: unknown
  readonly body?: unknown
  /** An AbortSignal or an EventEmitter; absent under `fetch`. */
  readonly signal?: unknown
}

export type DispatchHandler = ModernHandler | LegacyHandler

/** Since undici 7. */
export interface ModernHandler {
  onRequestStart?(controller: Controller, context: Context | undefined): void
  onRequestUpgrade?(controller: Controller, status: number, headers: Headers, socket: unknown): void
  /** Called for each 1xx as well. */
  onResponseStart?(controller: Controller, status: number, headers: Headers, text?: string): void
  onResponseData?(controller: Controller, chunk: Uint8Array): void
  onResponseEnd?(controller: Controller, trailers: unknown): void
  onResponseError?(controller: Controller | null, error: unknown): void
  onBodySent?(...facts: readonly unknown[]): void
  onRequestSent?(): void
  onResponseStarted?(): void
}

/** Of undici 6. */
export interface LegacyHandler {
  onConnect?(abort: (reason?: unknown) => void, context: Context | undefined): void
  onUpgrade?(status: number, rawHeaders: unknown, socket: unknown): void
  /** Returns `false` to pause. */
  onHeaders?(status: number, rawHeaders: unknown, resume: () => void, text?: string): boolean
  /** Returns `false` to pause. */
  onData?(chunk: Uint8Array): boolean
  onComplete?(rawTrailers: unknown): void
  onError?(error: unknown): void
  onBodySent?(...facts: readonly unknown[]): void
  onRequestSent?(): void
  onResponseStarted?(): void
}

export interface Controller {
  readonly aborted: boolean
  readonly paused: boolean
  readonly reason?: unknown
  readonly rawHeaders?: unknown
  readonly rawTrailers?: unknown
  abort(reason: unknown): void
  pause(): void
  resume(): void
}

/** What the redirect interceptor tells the interceptors around it; it adds each hop when that one answers. */
export interface Context {
  readonly history?: readonly URL[]
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>
