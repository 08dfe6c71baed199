/** The pauses of one try between its looks at the store. None goes beyond `left`; all reject with the signal's reason. */
export interface GentleWait {
  /** Milliseconds for which the try may wait: less than it has, so that it can say in time what it waited for. */
  readonly left: number
  /** 50 ms, doubling to 2 s, each a quarter longer or shorter. */
  pause(): Promise<void>
  /** Until something that is known to end has ended. Those who wait for the same come spread over 2 s at most. */
  until(ms: number): Promise<void>
}

const firstPause = 50
const longestPause = 2_000
const margin = 1_000

/** For a try that may take `limit` milliseconds and ends with `signal`. */
export function gentleWait(limit: number, signal: AbortSignal): GentleWait {
  const endsAt = performance.now() + limit - margin
  const left = () => endsAt - performance.now()
  let next = firstPause
  return {
    get left() {
      return left()
    },
    pause() {
      const pause = next * (0.75 + Math.random() / 2)
      next = Math.min(next * 2, longestPause)
      return sleep(left() > 0 ? Math.min(pause, left()) : pause, signal)
    },
    until(ms) {
      const spread = Math.random() * Math.min(ms + firstPause, longestPause)
      return sleep(Math.min(ms + spread, Math.max(ms, left())), signal)
    },
  }
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
