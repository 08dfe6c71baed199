/**
 * The pauses of a process between its looks at the store while it has no token: 50 ms, doubling to 2 s, each a quarter
 * longer or shorter. They go on from one try to the next, until it has one.
 */
export interface GentleWait {
  /** Whether a failure was met: the next look is only a look, since others will have tried before. */
  afterFailure: boolean
  /** For a try that has `limit` milliseconds and ends with `signal`. */
  forTry(limit: number, signal: AbortSignal): TryWait
  /** It has a token: the next pause is the first. */
  end(): void
}

/** Its pauses do not go beyond `left`, and reject with the signal's reason. */
export interface TryWait {
  /** Milliseconds for which the try may wait: less than it has, so that it can say in time what it waited for. */
  readonly left: number
  pause(): Promise<void>
  /**
   * Waits for `ms` and up to 4 s longer, so that those who wait for the same come one after another; resolves with `false`
   * at once where the try has no time for that and for the token request that follows.
   */
  until(ms: number): Promise<boolean>
}

const firstPause = 50
const longestPause = 2_000
const margin = 1_000
const answerTime = 3_000

export function gentleWait(): GentleWait {
  let next = firstPause
  const wait: GentleWait = {
    afterFailure: false,
    forTry(limit, signal) {
      const endsAt = performance.now() + limit - margin
      const left = () => endsAt - performance.now()
      return {
        get left() {
          return left()
        },
        pause() {
          const pause = next * (0.75 + Math.random() / 2)
          next = Math.min(next * 2, longestPause)
          return sleep(left() > 0 ? Math.min(pause, left()) : pause, signal)
        },
        async until(ms) {
          const pause = ms + Math.random() * Math.min(ms + firstPause, 2 * longestPause)
          if (pause > left() - answerTime) return false
          // Whoever has waited for that long does not begin with short pauses behind it.
          next = Math.min(Math.max(next, pause), longestPause)
          await sleep(pause, signal)
          return true
        },
      }
    },
    end() {
      next = firstPause
      wait.afterFailure = false
    },
  }
  return wait
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const abort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal.addEventListener('abort', abort, { once: true })
  })
}
