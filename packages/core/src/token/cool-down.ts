/** A pause that grows while it is started again and again, and starts over once it has been left alone. */
export interface CoolDown {
  /** The instant it ends; in the past when none is on. */
  readonly until: number
  start(now: number): void
}

const longest = 60_000

/**
 * For renewals of refused tokens: 1 s, doubling to 60 s. Left alone for 60 s, it starts over: an API that refuses
 * every token costs seven token requests in the first minute and one a minute from then on, however its requests are
 * spaced, and one that really revoked a token gets a new one at once.
 */
export function refusalCoolDown(): CoolDown {
  let length = 0
  let until = 0
  return {
    get until() {
      return until
    },
    start(now) {
      // A shorter quiet would be no sign of anything: it may only be the pace of the requests.
      length = now < until + longest ? Math.min(length * 2, longest) : 1_000
      until = now + length
    },
  }
}
