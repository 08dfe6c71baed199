import type { Scenario } from '../scenarios.ts'
import { type Figures, figuresOf, type Stage } from '../stage.ts'
import { makeRepeatable } from './repeatable.ts'
import { virtualAuthority } from './virtual-authority.ts'
import { type VirtualProcess, virtualProcess } from './virtual-process.ts'
import { type RedisCost, virtualRedis } from './virtual-redis.ts'
import { installVirtualTime } from './virtual-time.ts'

const second = 1_000

export interface Plan {
  readonly size: number
  readonly outage: number
  readonly cost: RedisCost
  /** What a token request takes on average. Default: 300. */
  readonly tokenTime?: number
  /** Without it each process is on its own. */
  readonly shared: boolean
}

/** Plays a scenario in virtual time. Once in a process: it takes its clocks, and more, for good. */
export async function simulated(
  { play, processOf = () => ({}) }: Scenario,
  { size, outage, cost, shared, tokenTime = 300 }: Plan,
): Promise<Figures> {
  makeRepeatable(size)
  const time = installVirtualTime()
  const redis = virtualRedis(time, cost)
  const authority = virtualAuthority(time, tokenTime)
  const processes: VirtualProcess[] = []
  const notes: Record<string, number> = {}
  let beganAt = 0
  const tokenRequests = () => authority.requests.filter(at => at >= beganAt).length

  const stage: Stage = {
    size,
    outage,
    processes,
    period: 5 * second,
    start(over, count = size) {
      for (let index = 0; index < count; index++) {
        time.at(time.now + (over * index) / count, () => {
          processes.push(
            virtualProcess(
              { time, redis: shared ? redis : undefined, authority },
              stage,
              processOf(index),
            ),
          )
        })
      }
    },
    begin() {
      beganAt = time.now
      for (const one of processes) one.begin()
    },
    pass: ms => time.run(time.now + ms),
    get tokenRequests() {
      return tokenRequests()
    },
    note(what, figure) {
      notes[what] = Math.round(figure)
    },
    authority: {
      be(state) {
        authority.is = state
      },
      limitFor(ms) {
        authority.limitedUntil = time.now + ms
      },
      revokeAll: authority.revokeAll,
    },
    redis: {
      async stop() {
        redis.down = true
      },
      async start() {
        redis.down = false
      },
    },
  }
  await play(stage)

  const operations = redis.operations.slice(Math.floor(beganAt / second))
  operations.length = Math.ceil((time.now - beganAt) / second)
  return figuresOf({
    size,
    tokenRequests: tokenRequests(),
    requests: processes.reduce((sum, one) => sum + one.requests, 0),
    operations,
    servedAfter: processes.filter(one => one.running).map(one => one.servedAfter),
    failures: processes.flatMap(one => one.failures),
    notes,
  })
}
