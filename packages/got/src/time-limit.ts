import type { GotOptions } from './got-options.ts'

/** Got's `timeout.request`, which does not count what hooks do. Here the waiting for a token and the sending share it. */
export interface TimeLimit {
  /** Begins to count. The signal says when the waiting must end: when time is up, or the caller aborts. */
  start(options: GotOptions): AbortSignal | undefined
  /** Whether `thrown` is how the waiting ended because time was up. */
  isUp(thrown: unknown): boolean
  /** Leaves the sending what the waiting has not used. */
  leaveRest(options: GotOptions): void
  /** Puts the caller's own time-out back. */
  restore(options: GotOptions): void
  /** Has got's error, and the cause it keeps, speak of the whole time, which is what the caller set. */
  restate(error: Error): void
}

export function timeLimit(): TimeLimit {
  let whole: number | undefined
  let rest: number | undefined
  let startedAt = 0
  let timeUp: AbortSignal | undefined

  return { start, isUp, leaveRest, restore, restate }

  function start({ timeout, signal }: GotOptions): AbortSignal | undefined {
    whole = timeout.request
    startedAt = performance.now()
    // To got as to Node, more than a timer can count is no time-out.
    timeUp =
      whole !== undefined && whole < 2 ** 31 ? AbortSignal.timeout(Math.ceil(whole)) : undefined
    return timeUp && signal ? AbortSignal.any([timeUp, signal]) : (timeUp ?? signal)
  }

  function isUp(thrown: unknown): boolean {
    return timeUp !== undefined && thrown === timeUp.reason
  }

  function leaveRest({ timeout }: GotOptions): void {
    const waited = Math.floor(performance.now() - startedAt)
    if (whole === undefined || waited < 1) return
    rest = Math.max(whole - waited, 1)
    timeout.request = rest
  }

  function restore({ timeout }: GotOptions): void {
    if (rest !== undefined && timeout.request === rest) timeout.request = whole
  }

  function restate(error: Error): void {
    const said = `for ${rest}ms`
    // By shape: in a test runner's sandbox, what Node throws is no `instanceof` the sandbox's Error.
    for (const part of [error, error.cause as Partial<Error> | undefined]) {
      if (typeof part?.message !== 'string' || !part.message.endsWith(said)) continue
      const { message, stack } = part
      part.message = message.replace(said, `for ${whole}ms`)
      if (stack) part.stack = stack.replace(message, part.message)
    }
  }
}
