import type { StoreLock, TokenStore } from '@cloud-partner-auth/core'
import { type RedisClient, scriptRunner } from './redis-client.ts'
import { redisLock } from './redis-lock.ts'

export interface RedisStoreOptions {
  /** Before each key. Default: `cloud-partner-auth:`. */
  readonly prefix?: string | undefined
  /** How long one operation may take, in milliseconds; then the store is left alone for 10 s. Default: 250. */
  readonly timeLimit?: number | undefined
  /** Says that tokens may lie on this server in clear. Else wrap the store: `encrypted(redisStore(client), key)`. */
  readonly unencrypted?: boolean | undefined
}

/**
 * A store on a Redis or Valkey server that the team already runs, over a client of node-redis, ioredis or Upstash that
 * the application made, connected and will close. One key per token, another one for its lock; one round trip an operation.
 *
 * The server must be version 5 or newer, and the client's user be allowed `EVAL` with `TYPE`, `GET`, `SET`,
 * `PTTL`, `PEXPIRE`, `DEL` and `TIME` on the prefix. Throws a TypeError for what is no client.
 *
 * @example
 * const store = encrypted(redisStore(await createClient({ url }).connect()), process.env.TOKEN_STORE_KEY)
 * const auth = cloudPartnerAuth({ store })
 */
export function redisStore(
  client: RedisClient,
  options: RedisStoreOptions = {},
): TokenStore & { lock(key: string): Promise<StoreLock | undefined> } {
  const { prefix = 'cloud-partner-auth:', timeLimit, unencrypted } = options
  if (timeLimit !== undefined && !(Number.isFinite(timeLimit) && timeLimit > 0)) {
    throw new TypeError('timeLimit must be a number of milliseconds above 0')
  }
  const run = scriptRunner(client)
  /** How far the server's clock is ahead of this process's running time, as of its last answer. */
  let ahead: number | undefined

  return {
    timeLimit,
    unencrypted,
    async get(key) {
      const answer = await run(getScript, prefix + key)
      const [now, lifetime, value] = answer as [unknown, unknown, unknown] // the script below makes nothing else
      ahead = Number(now) - performance.now()
      if (value === null || value === undefined) return undefined
      // A key without an end (-1) is none that a store of ours has written.
      if (Number(lifetime) < 0) return { rejected: 'malformed' }
      return { value: String(value).slice(marker.length), lifetime: Number(lifetime) }
    },
    async set(key, value, lifetime) {
      const until =
        ahead === undefined ? '' : String(Math.floor(performance.now() + ahead + lifetime))
      await run(setScript, prefix + key, value, String(Math.floor(lifetime)), until)
    },
    lock: key => redisLock(run, `${prefix}${key}:lock`),
  }
}

/** Before each value on its way here: Upstash's client parses what looks like JSON. */
const marker = '='

const serverTime = `local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)`

// A key of another type has no value that could be ours; the empty one is rejected, and then replaced.
const getScript = `${serverTime}
local value = redis.call('TYPE', KEYS[1]).ok
if value == 'none' then value = false
elseif value == 'string' then value = '${marker}' .. redis.call('GET', KEYS[1])
else value = '${marker}' end
return { string.format('%d', now), redis.call('PTTL', KEYS[1]), value }`

// By the server's clock where it is known: a write that was held up on its way then lives no longer than the token.
const setScript = `${serverTime}
local left = tonumber(ARGV[2])
if ARGV[3] ~= '' then left = math.min(left, ARGV[3] - now) end
if left > 0 then redis.call('SET', KEYS[1], ARGV[1], 'PX', string.format('%d', left)) end`
