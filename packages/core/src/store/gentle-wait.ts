/** The pauses of one try between its looks at the store. */
export interface GentleWait {
  /** Milliseconds for which a try may wait for a known failure to pass: less than it has, or it would end unexplained. */
  readonly left: number
  /** 50 ms, doubling to 2 s, each a quarter longer or shorter. Rejects with the signal's reason. */
  pause(): Promise<void>
  /** Until something that is known to end has ended. Those who wait for the same come spread over 2 s at most. */
  until(ms: number): Promise<void>
}

const firstPause = 50
const longestPause = 2_000
const margin = 500

/** For a try that may take `limit` milliseconds and ends with `signal`. */
export function gentleWait(limit: number, signal: AbortSignal): GentleWait {
  const beganAt = performance.now()
  let next = firstPause
  return {
    get left() {
      return limit - margin - (performance.now() - beganAt)
    },
    pause() {
      const pause = next
      next = Math.min(next * 2, longestPause)
      return sleep(pause * (0.75 + Math.random() / 2), signal)
    },
    until(ms) {
      return sleep(ms + Math.random() * Math.min(ms + firstPause, longestPause), signal)
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
