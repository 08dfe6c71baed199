import type { Finding } from '../finding.ts'
import type { Played } from './played.ts'
import { firstServed } from './scenarios.ts'
import type { Figures } from './stage.ts'

interface Promised {
  readonly scenarios: readonly string[]
  readonly what: string
  readonly atMost: number
  /** Of one size of fleet; what counts is the worst. */
  figure(one: Figures, beside: Beside): number
}

interface Beside {
  /** The same with a single process on the same store. */
  readonly single: Figures | undefined
  /** The same with processes that share nothing. */
  readonly alone: Figures
}

const atMostRequests = (atMost: number, ...scenarios: string[]): Promised => ({
  scenarios,
  what: `at most ${atMost} token requests`,
  atMost,
  figure: one => one.tokenRequests,
})

const promised: readonly Promised[] = [
  atMostRequests(0, 'rolling', 'deploy'),
  atMostRequests(1, 'cold', 'revoked'),
  atMostRequests(2, 'clocks', 'limited'),
  // Four that are cut off may have their turn before one that is not.
  atMostRequests(5, 'half-authority'),
  // Twelve in ten minutes, and the one that succeeds.
  atMostRequests(13, 'secret'),
  {
    scenarios: ['day'],
    what: 'at most 2 token requests more than a single process',
    atMost: 2,
    figure: (one, { single }) => one.tokenRequests - (single?.tokenRequests ?? 0),
  },
  {
    scenarios: ['busy', 'unreachable', 'renewal'],
    what: 'at most 10 token requests more than a single process',
    atMost: 10,
    figure: (one, { single }) => one.tokenRequests - (single?.tokenRequests ?? 0),
  },
  {
    scenarios: ['secret'],
    what: 'ms until a process with the right secret is served',
    atMost: 2_000,
    figure: one => one.notes[firstServed] ?? Number.POSITIVE_INFINITY,
  },
  {
    scenarios: ['limited'],
    what: 'ms by which the last request that fails began later than in processes that share nothing',
    atMost: 1_000,
    figure: (one, { alone }) => one.lastFailed - alone.lastFailed,
  },
  {
    scenarios: ['cold'],
    what: 'ms until all are served',
    atMost: 3_000,
    figure: one => one.allServed ?? Number.POSITIVE_INFINITY,
  },
  {
    scenarios: ['busy', 'unreachable', 'limited', 'secret'],
    what: 'store operations a second and process, once they have waited for two',
    atMost: 1,
    figure: one => one.laterPeak / one.processes,
  },
  {
    // Where requests fail anyway, two fleets whose requests come at other times differ by a little.
    scenarios: ['busy', 'unreachable', 'limited', 'secret', 'half-authority'],
    what: 'of 100 requests, how many more fail than in processes that share nothing, ± 1',
    atMost: 1,
    figure: (one, { alone }) => failedShare(one) - failedShare(alone),
  },
  {
    scenarios: [
      ...['cold', 'day', 'revoked', 'renewal', 'redis-down', 'redis-back', 'half-redis'],
      ...['clocks', 'rolling', 'deploy'],
    ],
    what: 'requests that fail',
    atMost: 0,
    figure: one => one.failed,
  },
]

/** What is promised of a fleet, whatever its size, and what came of it. */
export function findings(played: readonly Played[]): Finding[] {
  return played.flatMap(({ name, shared, alone }) => {
    const single = shared.find(({ processes }) => processes === 1)
    const fleets = shared.filter(({ processes }) => processes > 1)
    return promised
      .filter(({ scenarios }) => scenarios.includes(name))
      .map(({ what, atMost, figure }) => {
        const worst = Math.max(...fleets.map(one => figure(one, { single, alone })))
        const promise = `${name}: ${what}`
        return { promise, figure: String(Math.round(worst * 100) / 100), held: worst <= atMost }
      })
  })
}

/** Of 100 requests. */
export function failedShare({ failed, requests }: Figures): number {
  return requests === 0 ? 0 : (100 * failed) / requests
}
