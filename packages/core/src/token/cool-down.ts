/** A pause that grows while it is started again and again, and starts over once it has been left alone. */
export interface CoolDown {
  /** The instant it ends; in the past when none is on. */
  readonly until: number
  start(now: number): void
}

/**
 * For renewals of refused tokens: 1 s, doubling to 60 s. Left alone for as long again as it lasted, it starts over:
 * an API that refuses every token costs seven token requests in the first minute and one a minute from
 * then on, and one that really revoked a token gets a new one at once.
 */
export function refusalCoolDown(): CoolDown {
  let length = 0
  let until = 0
  return {
    get until() {
      return until
    },
    start(now) {
      length = now < until + length ? Math.min(length * 2, 60_000) : 1_000
      until = now + length
    },
  }
}
