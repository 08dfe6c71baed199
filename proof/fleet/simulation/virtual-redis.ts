import type { StoreLook, TokenStore } from '@cloud-partner-auth/core'
import type { VirtualTime } from './virtual-time.ts'

/** A Redis server as a fleet sees it: one operation after another, each of which takes its time. */
export interface VirtualRedis {
  /** The store as one process has it. */
  store(link: Link): TokenStore
  down: boolean
  /** How many operations came in each second, so far. */
  readonly operations: readonly number[]
  /** The longest that one had to wait for those before it, in milliseconds, so far. */
  readonly longestQueue: number
}

/** One process's way to the server. */
export interface Link {
  cutOff: boolean
}

/** Of what its time is made, in milliseconds. */
export interface RedisCost {
  /** The server's own time for one operation: measured. */
  readonly operation: number
  /** There and back through the network. */
  readonly roundTrip: number
}

const lockLifetime = 5_000

export function virtualRedis(time: VirtualTime, cost: RedisCost): VirtualRedis {
  const entries = new Map<string, { readonly value: string; readonly until: number }>()
  const locks = new Map<string, { readonly owner: object; readonly until: number }>()
  const operations: number[] = []
  let freeAt = 0
  let longestQueue = 0

  /** Does `work` when the server comes to it, and resolves when the answer is there. */
  function operation<T>({ cutOff }: Link, work: () => T): Promise<T> {
    if (redis.down || cutOff) {
      return Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))
    }
    const second = Math.floor(time.now / 1_000)
    operations[second] = (operations[second] ?? 0) + 1
    const arrives = time.now + cost.roundTrip / 2
    const done = Math.max(arrives, freeAt) + cost.operation
    freeAt = done
    longestQueue = Math.max(longestQueue, done - arrives)
    return new Promise(resolve => {
      time.at(done, () => {
        const result = work()
        setTimeout(() => resolve(result), cost.roundTrip / 2)
      })
    })
  }

  function read(key: string): StoreLook['entries'][number] {
    const entry = entries.get(key)
    return entry && entry.until > time.now
      ? { value: entry.value, lifetime: Math.ceil(entry.until - time.now) }
      : undefined
  }

  function isHeld(key: string): boolean {
    return (locks.get(key)?.until ?? 0) > time.now
  }

  const redis: VirtualRedis = {
    down: false,
    operations,
    get longestQueue() {
      return longestQueue
    },
    store: link => {
      function taken(key: string): StoreLook['lock'] {
        const owner = {}
        if (isHeld(key)) return 'held'
        // Its holder renews it while it lives, and everybody lives here for as long as a try takes.
        locks.set(key, { owner, until: time.now + 2 * lockLifetime })
        return {
          release: () =>
            operation(link, () => {
              if (locks.get(key)?.owner === owner) locks.delete(key)
            }),
        }
      }
      return {
        unencrypted: true,
        get: key => operation(link, () => read(key)),
        set: (key, value, lifetime) =>
          operation(link, () => {
            entries.set(key, { value, until: time.now + lifetime })
          }),
        async lock(key) {
          const lock = await operation(link, () => taken(key))
          return typeof lock === 'object' ? lock : undefined
        },
        look: (keys, { lock: wish }) =>
          operation(link, () => {
            const seen = keys.map(read)
            const [first = ''] = keys
            const asked = wish === 'always' || (wish === 'unless_entry' && !seen[0])
            const lock = asked ? taken(first) : isHeld(first) ? 'held' : 'not_asked'
            return { entries: seen, lock }
          }),
      }
    },
  }
  return redis
}
