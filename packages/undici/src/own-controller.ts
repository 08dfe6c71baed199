import type { Controller } from './dispatch.ts'

/** `controller` but for its `abort`. Undici's own keep private fields, so nothing can inherit from them. */
export function ownController(
  controller: Controller,
  abort: (reason: unknown) => void,
): Controller {
  return {
    get aborted() {
      return controller.aborted
    },
    get paused() {
      return controller.paused
    },
    get reason() {
      return controller.reason
    },
    get rawHeaders() {
      return controller.rawHeaders
    },
    get rawTrailers() {
      return controller.rawTrailers
    },
    pause: () => controller.pause(),
    resume: () => controller.resume(),
    abort,
  }
}
