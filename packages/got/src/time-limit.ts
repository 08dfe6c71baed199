import type { GotOptions } from './got-options.ts'

/** Got's `timeout.request`, which does not count what hooks do. Here the waiting for a token and the sending share it. */
export interface TimeLimit {
  /** Begins to count. The signal ends a wait that {@link during} watches over. */
  start(options: GotOptions): AbortSignal | undefined
  /** Aborts the signal when time is up or the caller aborts, until `wait` is over. Afterwards nothing is held. */
  during<Result>(wait: Promise<Result>): Promise<Result>
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
  let caller: AbortSignal | undefined
  let ending: AbortController | undefined
  let timeUp: Error | undefined

  return { start, during, isUp, leaveRest, restore, restate }

  function start({ timeout, signal }: GotOptions): AbortSignal | undefined {
    whole = timeout.request
    startedAt = performance.now()
    caller = typeof signal?.addEventListener === 'function' ? signal : undefined // got 11 takes anything
    timeUp = undefined
    // To got as to Node, more than a timer can count is no time-out.
    ending = whole !== undefined && whole < 2 ** 31 ? new AbortController() : undefined
    return ending?.signal ?? signal
  }

  async function during<Result>(wait: Promise<Result>): Promise<Result> {
    if (!ending || whole === undefined) return wait
    // Not AbortSignal.any() with AbortSignal.timeout(): those are held by the caller's signal until the time is up.
    const timer = setTimeout(end, Math.max(whole - (performance.now() - startedAt), 0)).unref()
    caller?.addEventListener('abort', abort)
    if (caller?.aborted) abort()
    try {
      return await wait
    } finally {
      clearTimeout(timer)
      caller?.removeEventListener('abort', abort)
    }
  }

  function end(): void {
    timeUp = new DOMException('no token came in time', 'TimeoutError')
    ending?.abort(timeUp)
  }

  function abort(): void {
    ending?.abort(caller?.reason)
  }

  function isUp(thrown: unknown): boolean {
    return timeUp !== undefined && thrown === timeUp
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
    if (rest === undefined) return
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
