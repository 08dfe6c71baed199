/** A fleet with what is around it, simulated or real, and what a scenario does to it. Spans are milliseconds. */
export interface Stage {
  /** How many processes the fleet has. */
  readonly size: number
  /** Those that were started, in their order. */
  readonly processes: readonly FleetProcess[]
  /** How long an outage lasts: ten minutes, or as long as one waits for a real fleet. */
  readonly outage: number
  /** Between the requests of one process, on average. */
  period: number
  /** Starts as many processes as the fleet has, or `count` more, evenly spread over `over`. */
  start(over: number, count?: number): void
  /** From here on it counts: requests, operations, failures, and when each process is served. */
  begin(): void
  /** Lets time pass. */
  pass(ms: number): Promise<void>
  /** How many token requests were made since the begin. */
  readonly tokenRequests: number
  /** Keeps a figure that only this scenario has. */
  note(what: string, figure: number): void
  readonly authority: {
    be(state: AuthorityState): void
    /** Answers 429 for so long, with a Retry-After that says so. */
    limitFor(ms: number): void
    revokeAll(): void
  }
  readonly redis: {
    stop(): Promise<void>
    start(): Promise<void>
  }
}

/** `busy`: answers 503. `unreachable`: no connection comes about. */
export type AuthorityState = 'up' | 'busy' | 'unreachable'

export interface FleetProcess {
  /** Milliseconds from the begin until it was first served; absent if it was not. */
  readonly servedAfter: number | undefined
  /** Has it send a request now. */
  request(): void
  replaceSecret(): void
  stop(): void
}

/** How one process of a fleet is made. */
export interface ProcessOptions {
  readonly secret?: 'right' | 'wrong'
  /** By how much its clock is wrong. */
  readonly clockOff?: number
  readonly cutOff?: 'redis' | 'authority'
}

/** What came of one scenario with one size of fleet. */
export interface Figures {
  readonly processes: number
  readonly tokenRequests: number
  /** What a load of requests began since. */
  readonly requests: number
  /** Operations of the store in all, … */
  readonly operations: number
  /** … in the second that had most, … */
  readonly peak: number
  /** … in that of those from the fourth on, when all have been there for two, … */
  readonly laterPeak: number
  /** … and in a second on average. */
  readonly mean: number
  /** Until each process had been served; absent where one never was. */
  readonly allServed?: number | undefined
  readonly failed: number
  /** From the begin to when the last request began that failed. */
  readonly lastFailed: number
  /** By what, and how often. */
  readonly failures: Readonly<Record<string, number>>
  readonly notes: Readonly<Record<string, number>>
  /** Of a real fleet: what a token request took on average, in milliseconds. */
  readonly tokenTime?: number | undefined
}

/** What is counted while a scenario is played; instants count from its begin. */
export interface Counted {
  readonly size: number
  readonly tokenRequests: number
  readonly requests: number
  readonly operations: readonly number[]
  readonly servedAfter: readonly (number | undefined)[]
  readonly failures: readonly FailedRequest[]
  readonly notes: Readonly<Record<string, number>>
}

export interface FailedRequest {
  /** When it began. */
  readonly after: number
  readonly what: string
}

export function figuresOf(counted: Counted): Figures {
  const { size, tokenRequests, requests, failures, servedAfter, notes } = counted
  const operations = Array.from(counted.operations, count => count ?? 0)
  const served = servedAfter.every(after => after !== undefined)
  const byWhat = Map.groupBy(failures, ({ what }) => what)
  return {
    processes: size,
    tokenRequests,
    requests,
    operations: sum(operations),
    peak: Math.max(0, ...operations),
    laterPeak: Math.max(0, ...operations.slice(3)),
    mean: sum(operations) / Math.max(1, operations.length),
    allServed: served
      ? servedAfter.reduce<number>((last, after = 0) => Math.max(last, after), 0)
      : undefined,
    failed: failures.length,
    lastFailed: failures.reduce((last, { after }) => Math.max(last, after), 0),
    failures: Object.fromEntries([...byWhat].map(([what, some]) => [what, some.length])),
    notes,
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0)
}
