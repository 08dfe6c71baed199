import type { DispatchOptions } from './request.ts'

// Undici's own types of dispatchers and handlers, as far as its majors and the undici inside Node agree on them.

export type Dispatch = (options: DispatchOptions, handler: DispatchHandler) => boolean

export type DispatchHandler = ModernHandler | LegacyHandler

/** A handler of undici 7 and later. */
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

/** A handler of undici 6. Undici 7 takes these too. */
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

/** What the redirect interceptor tells the handlers of the interceptors listed after it. */
export interface Context {
  /** The URLs that answered so far; the redirect interceptor adds each when its answer begins. */
  readonly history?: readonly URL[]
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>

export function isModern(handler: DispatchHandler): handler is ModernHandler {
  return 'onRequestStart' in handler
}

/** Tells `handler` that its request failed. */
export function fail(handler: DispatchHandler, error: unknown): void {
  modernHandler(handler).onResponseError?.(null, error)
}

/** A handler that passes everything on to `handler` but what `own` takes. */
export function passedOn(handler: ModernHandler, own: ModernHandler): ModernHandler {
  return {
    onRequestStart: (...facts) => handler.onRequestStart?.(...facts),
    onRequestUpgrade: (...facts) => handler.onRequestUpgrade?.(...facts),
    onResponseStart: (...facts) => handler.onResponseStart?.(...facts),
    onResponseData: (...facts) => handler.onResponseData?.(...facts),
    onResponseEnd: (...facts) => handler.onResponseEnd?.(...facts),
    onResponseError: (...facts) => handler.onResponseError?.(...facts),
    onBodySent: (...facts) => handler.onBodySent?.(...facts),
    onRequestSent: () => handler.onRequestSent?.(),
    onResponseStarted: () => handler.onResponseStarted?.(),
    ...own,
  }
}

/** Wraps `handler`, unless it is modern already, as a handler of undici 7 and later. */
export function modernHandler(handler: DispatchHandler): ModernHandler {
  if (isModern(handler)) return handler
  return {
    onRequestStart: (controller, context) =>
      handler.onConnect?.(reason => controller.abort(reason), context),
    onRequestUpgrade: (controller, status, _headers, socket) =>
      handler.onUpgrade?.(status, controller.rawHeaders, socket),
    onResponseStart(controller, status, _headers, text) {
      const resume = () => controller.resume()
      const more = handler.onHeaders?.(status, controller.rawHeaders, resume, text)
      if (more === false) controller.pause()
    },
    onResponseData(controller, chunk) {
      if (handler.onData?.(chunk) === false) controller.pause()
    },
    onResponseEnd: ({ rawTrailers }) => handler.onComplete?.(rawTrailers),
    onResponseError: (_controller, error) => handler.onError?.(error),
    onBodySent: (...facts) => handler.onBodySent?.(...facts),
    onRequestSent: () => handler.onRequestSent?.(),
    onResponseStarted: () => handler.onResponseStarted?.(),
  }
}

/** Wraps `handler` as a handler of undici 6. */
export function legacyHandler(handler: ModernHandler): LegacyHandler {
  let controller: LegacyController | undefined
  return {
    onConnect(abort, context) {
      controller = legacyController(abort)
      handler.onRequestStart?.(controller, context)
    },
    onUpgrade: (status, rawHeaders, socket) =>
      handler.onRequestUpgrade?.(begun({ rawHeaders }), status, {}, socket),
    onHeaders(status, rawHeaders, resume, text) {
      const current = begun({ rawHeaders, unpause: resume })
      handler.onResponseStart?.(current, status, parsed(rawHeaders), text)
      return !current.paused
    },
    onData(chunk) {
      handler.onResponseData?.(begun(), chunk)
      return !begun().paused
    },
    onComplete: rawTrailers => handler.onResponseEnd?.(begun({ rawTrailers }), {}),
    onError: error => handler.onResponseError?.(controller ?? null, error),
    onBodySent: (...facts) => handler.onBodySent?.(...facts),
    onRequestSent: () => handler.onRequestSent?.(),
    onResponseStarted: () => handler.onResponseStarted?.(),
  }

  function begun(news: Partial<LegacyController> = {}): LegacyController {
    return Object.assign(controller as LegacyController, news) // onConnect has set it
  }
}

interface LegacyController extends Controller {
  aborted: boolean
  paused: boolean
  unpause(): void
}

function legacyController(abort: (reason?: unknown) => void): LegacyController {
  return {
    aborted: false,
    paused: false,
    unpause() {},
    abort(reason) {
      this.aborted = true
      abort(reason)
    },
    pause() {
      this.paused = true
    },
    resume() {
      if (!this.paused) return
      this.paused = false
      this.unpause()
    },
  }
}

function parsed(rawHeaders: unknown): Headers {
  const headers: Record<string, string> = Object.create(null) // a header may be named `constructor`
  const texts = (rawHeaders as readonly Uint8Array[]).map(String)
  for (let at = 0; at < texts.length; at += 2) {
    const [name = '', value = ''] = texts.slice(at, at + 2)
    const key = name.toLowerCase()
    headers[key] = key in headers ? `${headers[key]}, ${value}` : value
  }
  return headers
}
