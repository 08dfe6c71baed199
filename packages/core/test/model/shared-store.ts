import type fc from 'fast-check'
import type { StoredValue, StoreLock, TokenStore } from '../../src/store/token-store.ts'

const second = 1_000

/** In what the stores differ that a source is tried with. */
export interface StoreKind {
  /** How long the source waits for an operation, in ms. */
  readonly timeLimit: number
  readonly locks: boolean
}

/** A store in memory whose operations the scheduler orders, and what other processes do to it. */
export interface SharedStore extends TokenStore {
  is: 'up' | 'throwing'
  /** By whom its lock is held, which lapses after 15 s. */
  readonly lockedBy: 'us' | 'another' | undefined
  lockElsewhere(): void
  writeElsewhere(key: string, value: string, until: number): void
}

export function sharedStore(scheduler: fc.Scheduler, { timeLimit, locks }: StoreKind): SharedStore {
  const entries = new Map<string, { readonly value: string; readonly until: number }>()
  let lock: { readonly by: 'us' | 'another'; readonly until: number } | undefined

  async function does(what: string): Promise<void> {
    await scheduler.schedule(Promise.resolve(), `the store ${what}`)
    if (store.is === 'throwing') throw new Error('ECONNREFUSED')
  }

  function lockFor(by: 'us' | 'another') {
    lock = { by, until: Date.now() + 15 * second }
    return lock
  }

  const store: SharedStore = {
    is: 'up',
    unencrypted: true,
    timeLimit,
    async get(key): Promise<StoredValue | undefined> {
      await does('reads')
      const entry = entries.get(key)
      if (!entry || Date.now() >= entry.until) return undefined
      return { value: entry.value, lifetime: entry.until - Date.now() }
    },
    async set(key, value, lifetime) {
      await does('writes')
      entries.set(key, { value, until: Date.now() + lifetime })
    },
    ...(locks && {
      async lock(): Promise<StoreLock | undefined> {
        await does('locks')
        if (store.lockedBy) return undefined
        const mine = lockFor('us')
        return {
          async release() {
            await does('releases')
            if (lock === mine) lock = undefined
          },
        }
      },
    }),
    get lockedBy() {
      return lock && Date.now() < lock.until ? lock.by : undefined
    },
    lockElsewhere() {
      if (!store.lockedBy) lockFor('another')
    },
    writeElsewhere(key, value, until) {
      entries.set(key, { value, until })
    },
  }
  return store
}
