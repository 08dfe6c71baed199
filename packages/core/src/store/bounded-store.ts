import { member } from '../check.ts'
import { isError } from '../cloud-partner-auth-error.ts'
import { noPause, Pause } from '../token/clocks.ts'
import type { Observe, TokenEvent } from '../token/token-event.ts'
import type {
  LookOptions,
  RejectedEntry,
  StoredValue,
  StoreLock,
  StoreLook,
  TokenStore,
} from './token-store.ts'

/** A store that cannot do harm: it never throws, never hangs, and when it is ill it is empty for a while. */
export interface BoundedStore {
  look(keys: readonly [string, ...string[]], options: LookOptions): Promise<BoundedLook>
  set(key: string, value: string, lifetime: number): Promise<void>
}

export interface BoundedLook {
  readonly entries: StoreLook['entries']
  /** `undefined`: there is no lock to be had, so go on without. */
  readonly lock: StoreLook['lock'] | undefined
}

type Operation = Extract<TokenEvent, { type: 'store_failed' }>['operation']

const defaultTimeLimit = 250
const pauseAfterFailure = 10_000
/** So that a store which comes back is not met by its whole fleet at once. */
const spread = 5_000

export function boundedStore(store: TokenStore, observe: Observe): BoundedStore {
  const timeLimit = member(store, 'timeLimit') ?? defaultTimeLimit
  const [canLook, canLock] = [member(store, 'look'), member(store, 'lock')]
  let leftAlone = noPause

  async function bounded<T>(
    operation: Operation,
    run: () => Promise<T>,
    late: (result: T) => unknown = () => {},
  ): Promise<T | undefined> {
    if (leftAlone.left > 0) return undefined
    const deadline = timer(timeLimit)
    const running = start(run)
    try {
      const result = await Promise.race([running, deadline.over])
      if (result !== timedOut) return result
      running.then(late).catch(() => {}) // what comes of it now is nobody's any more
      leaveAlone(operation, 'timed_out')
    } catch (thrown) {
      leaveAlone(operation, 'failed', codeOf(thrown))
    } finally {
      deadline.clear()
    }
    return undefined
  }

  function leaveAlone(operation: Operation, why: 'timed_out' | 'failed', code?: string): void {
    if (leftAlone.left > 0) return // one event for operations that failed together
    leftAlone = new Pause(pauseAfterFailure + Math.random() * spread)
    observe({ type: 'store_failed', operation, why, code, retryAt: Date.now() + leftAlone.left })
  }

  async function look(
    keys: readonly [string, ...string[]],
    options: LookOptions,
  ): Promise<BoundedLook> {
    if (!canLook) return oneByOne(keys, options)
    const seen = await bounded(
      'look',
      async () => store.look?.(keys, options),
      late => releaseLate(late?.lock),
    )
    return seen ? { ...seen, lock: kept(seen.lock) } : { entries: [], lock: undefined }
  }

  async function oneByOne(
    [key, ...others]: readonly [string, ...string[]],
    { lock: wish }: LookOptions,
  ): Promise<BoundedLook> {
    const first = wish === 'always' ? undefined : await get(key)
    if (first && wish === 'unless_entry') return { entries: [first], lock: 'not_asked' }
    const lock = wish === 'never' ? 'not_asked' : await take(key)
    // Whoever held the lock before may have left an entry since the first look. Whoever holds it still has not.
    const again = lock !== 'held' && (wish === 'always' || typeof lock === 'object')
    const entries = await Promise.all([again ? get(key) : first, ...others.map(get)])
    return { entries, lock }
  }

  function get(key: string): Promise<StoredValue | RejectedEntry | undefined> {
    return bounded('get', () => store.get(key))
  }

  async function take(key: string): Promise<StoreLock | 'held' | undefined> {
    if (!canLock) return undefined
    return kept(await bounded('lock', async () => (await store.lock?.(key)) ?? 'held', releaseLate))
  }

  /** A lock that came too late would keep everybody waiting for somebody who went on without it. */
  function releaseLate(lock: StoreLook['lock'] | undefined): void {
    if (typeof lock === 'object') void release(lock)
  }

  function kept<Kind extends string | undefined>(lock: StoreLock | Kind): StoreLock | Kind {
    return typeof lock === 'object' ? { release: () => release(lock) } : lock
  }

  /** A lock that cannot be given up lapses by itself, so there is nobody to tell, and nobody waits for long. */
  async function release(lock: StoreLock): Promise<void> {
    const releasing = start(() => lock.release()).catch(() => {})
    if (leftAlone.left > 0) return
    const deadline = timer(timeLimit)
    await Promise.race([releasing, deadline.over])
    deadline.clear()
  }

  return {
    look,
    set: async (key, value, lifetime) => {
      await bounded('set', () => store.set(key, value, lifetime))
    },
  }
}

const timedOut = Symbol('timed out')

/**
 * The limit is the store's, not this process's: when the process itself was held up, the answer may lie in the socket
 * already, so sockets are read once more after the timer.
 */
function timer(limit: number): { readonly over: Promise<typeof timedOut>; clear(): void } {
  let pending: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<typeof timedOut>(resolve => {
    pending = setTimeout(() => afterReading(() => resolve(timedOut)), limit)
  })
  return { over, clear: () => clearTimeout(pending) }
}

function afterReading(run: () => void): void {
  // Node's own turn between the sockets and the timers; elsewhere the next timer has to do.
  if (typeof globalThis.setImmediate === 'function') setImmediate(run)
  else setTimeout(run, 1)
}

/** So that a store which throws where it should reject is no different. */
async function start<T>(run: () => Promise<T>): Promise<T> {
  return run()
}

/** Never the message: a client's may show the server's address with its password. */
function codeOf(thrown: unknown): string | undefined {
  if (!isError(thrown)) return undefined
  const { code } = thrown as { code?: unknown }
  if (typeof code === 'string') return code
  // An error reply of Redis begins with its kind: NOPERM, OOM, LOADING.
  return /^[A-Z]{2,20}(?= )/.exec(thrown.message)?.[0] ?? thrown.name
}
