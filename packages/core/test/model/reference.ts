/** What the reference model knows of one token source: which tokens were issued, and what became of them. */
export interface IssuedToken {
  readonly value: string
  readonly issuedAt: number
  readonly expiresAt: number
  /** The same instant by `performance.now()`, which nobody sets. */
  readonly endsAt: number
}

/** Whether it may be handed out still, with the documented margin before its end, whichever clock says so. */
export function isUsable({ issuedAt, expiresAt, endsAt }: IssuedToken): boolean {
  const margin = Math.min(10_000, (expiresAt - issuedAt) / 10)
  return Date.now() < expiresAt - margin && performance.now() < endsAt - margin
}

/** The calls of a credential that fails for reasons of its own: what they may cost, however many callers there are. */
export interface Outage {
  /** Takes note of a call; whether it is one too many. */
  call(): boolean
  /** Whether there was no call for a minute: what fails after that is another outage. */
  readonly isOver: boolean
}

const minute = 60_000

/** At most 20 calls in the first minute, and 13 in each later one. */
export function outage(): Outage {
  const calls: number[] = []
  return {
    get isOver() {
      return performance.now() - (calls.at(-1) ?? performance.now()) >= minute
    },
    call() {
      const now = performance.now()
      calls.push(now)
      const elapsed = Math.floor((now - (calls[0] ?? now)) / minute)
      const inMinute = calls.filter(at => Math.floor((at - (calls[0] ?? at)) / minute) === elapsed)
      return inMinute.length > (elapsed === 0 ? 20 : 13)
    },
  }
}
