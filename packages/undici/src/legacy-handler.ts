import type { Controller, Headers, LegacyHandler, ModernHandler } from './dispatch.ts'

/** `handler` as one of undici 6. */
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
    return Object.assign(controller as LegacyController, news) // there since onConnect
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
