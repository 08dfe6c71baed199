import { deadlineIn, isPast, pause } from './clocks.ts'

/** The pause between renewals of refused tokens; it grows while it is started again and again. */
export interface RefusalPause {
  readonly isOn: boolean
  /** Begins the next pause, `ago` milliseconds back. */
  start(ago: number): void
}

const longest = 60_000

/**
 * 1 s, doubling to 60 s. Left alone for 60 s, it starts over: an API that refuses every token costs seven token
 * requests in the first minute and one a minute from then on, however its requests are spaced, and one that really
 * revoked a token gets a new one at once.
 */
export function refusalPause(): RefusalPause {
  const current = pause()
  let length = 0
  let quietFrom = { wall: 0, monotonic: 0 }
  return {
    get isOn() {
      return current.left > 0
    },
    start(ago) {
      // A shorter quiet would be no sign of anything: it may only be the pace of the requests.
      length = isPast(quietFrom) ? 1_000 : Math.min(length * 2, longest)
      current.start(length - ago)
      quietFrom = deadlineIn(length - ago + longest)
    },
  }
}
