import type { DispatchHandler, ModernHandler } from './dispatch.ts'

export function isModern(handler: DispatchHandler): handler is ModernHandler {
  return 'onRequestStart' in handler
}

/** `handler` as one of undici 7 and later. */
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

/** Tells `handler` that its request failed. */
export function fail(handler: DispatchHandler, error: unknown): void {
  modernHandler(handler).onResponseError?.(null, error)
}
