import type { StoreLock } from '@cloud-partner-auth/core'
import type { RunScript } from './redis-client.ts'

/** How long a lock outlives the process that held it, in milliseconds. */
export const lockLifetime = 5_000

/** Takes the lock for a random owner if it is free. */
export async function redisLock(run: RunScript, key: string): Promise<StoreLock | undefined> {
  const owner = crypto.randomUUID()
  const taken = await run(takeScript, [key], owner, String(lockLifetime))
  return Number(taken) === 1 ? takenLock(run, key, owner) : undefined
}

/**
 * A lock that its owner has taken. It is renewed while it is held. Only its owner renews or releases it, so a lock that
 * lapsed and now belongs to somebody else stays untouched.
 */
export function takenLock(run: RunScript, key: string, owner: string): StoreLock {
  // A failed renewal is repeated at the next interval. At worst the lock lapses, and another process acquires a token too.
  const renewal = setInterval(
    () => void run(renewScript, [key], owner, String(lockLifetime)).catch(() => {}),
    lockLifetime / 3,
  )
  unref(renewal)
  return {
    async release() {
      clearInterval(renewal)
      await run(releaseScript, [key], owner)
    },
  }
}

/** A lock must not keep a process alive. Timers of other runtimes are plain numbers, which need nothing. */
function unref(timer: unknown): void {
  if (typeof timer === 'object' && timer && 'unref' in timer && typeof timer.unref === 'function') {
    timer.unref()
  }
}

const takeScript = `return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0`

const renewScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end`

const releaseScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`
