import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { steps } from './steps.ts'
import { world } from './token-source.model.ts'

// The long form: MODEL_RUNS=200000. The seed is in the title; MODEL_SEED repeats it.
const runs = Number(process.env['MODEL_RUNS'] ?? 1_500)
const seed = Number(process.env['MODEL_SEED'] ?? Date.now() % 2 ** 31)

// A round reports when it is over, so that a long run shows how far it is.
const runsOfARound = 10_000
const rounds = Array.from({ length: Math.ceil(runs / 4 / runsOfARound) }, (_, round) => ({
  from: round * runsOfARound + 1,
  to: Math.min((round + 1) * runsOfARound, Math.ceil(runs / 4)),
}))

// What the source draws for its jitter and pauses, so that a seed repeats all of a run.
const random = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true }))

describe.each([
  ['alone', undefined],
  ['with a store that other processes write to', { timeLimit: 250, locks: false }],
  ['with a store that locks', { timeLimit: 250, locks: true }],
  ['with a slow store that locks', { timeLimit: 6_000, locks: true }],
])(`a token source %s, a quarter of ${runs} runs, seed ${seed}`, (_, store) => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  beforeAll(async () => {
    process.on('unhandledRejection', note)
    // Loading a module takes turns of the event loop, which the model does not wait for.
    await import('../../src/authority/aadsts.ts')
    // Hashes on this thread, since the scheduler cannot order what other threads do.
    vi.spyOn(crypto.subtle, 'digest').mockImplementation(async (_, data) => {
      const hash = createHash('sha256').update(new Uint8Array(data as ArrayBuffer))
      return new Uint8Array(hash.digest()).buffer
    })
  })
  /** Clearing the timers alone would leave what the last run set the clock by. */
  function newClocks(): void {
    vi.useRealTimers()
    vi.useFakeTimers({
      toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'],
      now: 1_800_000_000_000,
    })
  }
  afterAll(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
    process.off('unhandledRejection', note)
  })

  it.each(rounds)(
    'keeps its promises in every order of events: runs $from to $to',
    async ({ from, to }) => {
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), steps, random, async (scheduler, made, numbers) => {
          newClocks()
          vi.spyOn(Math, 'random').mockImplementation(() => numbers.next().value)
          const model = world(scheduler, store)
          for (const step of made) await model.run(step)
          await model.end()
          expect(model.problems).toEqual([])
          expect(unhandled).toEqual([])
        }),
        { numRuns: to - from + 1, seed: seed + from - 1 },
      )
    },
    30 * 60_000,
  )
})
