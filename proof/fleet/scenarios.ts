import type { ProcessOptions, Stage } from './stage.ts'

export interface Scenario {
  readonly title: string
  /** Whether real processes can play it as well: it needs no hour to pass, and restarts none. */
  readonly real: boolean
  /** How the process of this index is made. Default: with the right secret, cut off from nothing. */
  processOf?(index: number): ProcessOptions
  play(stage: Stage): Promise<void>
}

/** Of the first process that is given the right secret, in a fleet with a wrong one. */
export const firstServed = 'ms until the first with the right one is served'

const second = 1_000
const minute = 60 * second

export const scenarios: Readonly<Record<string, Scenario>> = {
  cold: {
    title: 'All start within a second',
    real: true,
    async play(stage) {
      stage.begin()
      stage.start(second)
      await stage.pass(20 * second)
    },
  },
  day: {
    title: 'A quiet day, a request every five minutes each',
    real: false,
    async play(stage) {
      stage.period = 5 * minute
      await everyday(stage)
      stage.begin()
      await stage.pass(24 * 60 * minute)
    },
  },
  revoked: {
    title: 'The token is revoked',
    real: true,
    async play(stage) {
      stage.period = 2 * second
      await everyday(stage)
      stage.authority.revokeAll()
      stage.begin()
      await stage.pass(20 * second)
    },
  },
  busy: {
    title: 'Authority busy (503) at the start, for ten minutes',
    real: true,
    async play(stage) {
      stage.period = 10 * second
      stage.authority.be('busy')
      stage.begin()
      stage.start(second)
      await stage.pass(stage.outage)
      stage.authority.be('up')
      await stage.pass(40 * second)
    },
  },
  unreachable: {
    title: 'Authority not reached at the start, for ten minutes',
    real: true,
    async play(stage) {
      stage.period = 10 * second
      stage.authority.be('unreachable')
      stage.begin()
      stage.start(second)
      await stage.pass(stage.outage)
      stage.authority.be('up')
      await stage.pass(40 * second)
    },
  },
  renewal: {
    title: 'Authority busy for ten minutes in which the token is renewed early',
    real: false,
    async play(stage) {
      stage.period = minute
      await everyday(stage)
      await stage.pass(47 * minute)
      stage.period = 5 * second
      await stage.pass(minute)
      stage.authority.be('busy')
      stage.begin()
      await stage.pass(stage.outage)
      stage.authority.be('up')
      await stage.pass(minute)
    },
  },
  limited: {
    title: '429 with Retry-After: 60 at the start',
    real: true,
    async play(stage) {
      stage.authority.limitFor(minute)
      stage.begin()
      stage.start(second)
      await stage.pass(90 * second)
    },
  },
  secret: {
    title: 'A wrong secret for ten minutes, then replaced in one process a second',
    real: true,
    processOf: () => ({ secret: 'wrong' }),
    async play(stage) {
      stage.period = 10 * second
      stage.begin()
      stage.start(second)
      await stage.pass(stage.outage)
      stage.note('token requests until then', stage.tokenRequests)
      const [first] = stage.processes
      first?.replaceSecret()
      for (let quarter = 0; quarter < 12; quarter++) {
        first?.request()
        await stage.pass(second / 4)
      }
      const servedAfter = first?.servedAfter ?? Number.NaN
      stage.note(firstServed, servedAfter - stage.outage)
      for (const one of stage.processes.slice(1, 70)) {
        one.replaceSecret()
        await stage.pass(second)
      }
    },
  },
  'redis-down': {
    title: 'Redis down for ten minutes in which the token is renewed, and back for an hour',
    real: false,
    async play(stage) {
      stage.period = minute
      await everyday(stage)
      await stage.pass(49 * minute)
      stage.begin()
      await stage.redis.stop()
      await stage.pass(stage.outage)
      await stage.redis.start()
      await stage.pass(65 * minute)
    },
  },
  'redis-back': {
    title: 'All start while Redis is down; it comes back, and the tokens are revoked',
    real: true,
    async play(stage) {
      stage.period = 2 * second
      await stage.redis.stop()
      stage.begin()
      stage.start(second)
      await stage.pass(20 * second)
      await stage.redis.start()
      await stage.pass(16 * second)
      stage.authority.revokeAll()
      await stage.pass(20 * second)
    },
  },
  'half-authority': {
    title: 'Half the fleet cut off from the authority, all start',
    real: true,
    processOf: index => (index % 2 === 1 ? { cutOff: 'authority' } : {}),
    async play(stage) {
      stage.begin()
      stage.start(second)
      await stage.pass(30 * second)
    },
  },
  'half-redis': {
    title: 'Half the fleet cut off from Redis, all start',
    real: true,
    processOf: index => (index % 2 === 1 ? { cutOff: 'redis' } : {}),
    async play(stage) {
      stage.begin()
      stage.start(second)
      await stage.pass(30 * second)
    },
  },
  clocks: {
    title: 'Clocks wrong by up to five minutes either way, all start and the token is revoked',
    real: true,
    processOf: index => ({ clockOff: ((index % 11) - 5) * minute }),
    async play(stage) {
      stage.period = 2 * second
      stage.begin()
      stage.start(second)
      await stage.pass(15 * second)
      stage.authority.revokeAll()
      await stage.pass(15 * second)
    },
  },
  rolling: {
    title: 'Rolling restart: each process is replaced within ten minutes',
    real: false,
    async play(stage) {
      await everyday(stage)
      stage.begin()
      const old = [...stage.processes]
      for (let step = 0; step < 100; step++) {
        const few = old.slice((step * old.length) / 100, ((step + 1) * old.length) / 100)
        for (const one of few) one.stop()
        stage.start(5 * second, few.length)
        await stage.pass(6 * second)
      }
    },
  },
  deploy: {
    title: 'A deploy that halves the fleet, and then adds as many as it was',
    real: false,
    async play(stage) {
      await everyday(stage)
      stage.begin()
      for (const one of stage.processes.slice(0, stage.size / 2)) one.stop()
      await stage.pass(10 * second)
      stage.start(second, stage.size)
      await stage.pass(30 * second)
    },
  },
}

/** A fleet in which each process has the same token. */
async function everyday(stage: Stage): Promise<void> {
  stage.start(second)
  await stage.pass(15 * second)
}
