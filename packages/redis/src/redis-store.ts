import type { StoreLook, TokenStore } from '@cloud-partner-auth/core'
import { optionsOf } from '@cloud-partner-auth/core/adapter'
import { type RedisClient, scriptRunner } from './redis-client.ts'
import { lockLifetime, redisLock, takenLock } from './redis-lock.ts'

export interface RedisStoreOptions {
  /** What each key begins with. Default: `cloud-partner-auth:`. */
  readonly prefix?: string | undefined
  /** How long one operation may take, in milliseconds. After a slower one the store is not used for 10 s. Default: 250. */
  readonly timeLimit?: number | undefined
  /** Allows tokens to lie on this server in clear. Otherwise wrap the store: `encrypted(redisStore(client), key)`. */
  readonly unencrypted?: boolean | undefined
}

/**
 * A store on a Redis or Valkey server that the team already runs, over a client of node-redis, ioredis or Upstash that
 * the application made, connected and will close. A token has three keys in one slot of a cluster: the token, its lock and
 * the last failure to acquire it. Each operation is one round trip.
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
  given: RedisStoreOptions = {},
): TokenStore & Required<Pick<TokenStore, 'lock' | 'look'>> {
  const options = optionsOf(given, ['prefix', 'timeLimit', 'unencrypted'], 'redisStore')
  const { prefix = 'cloud-partner-auth:', timeLimit, unencrypted } = options
  if (typeof prefix !== 'string') throw new TypeError('prefix must be a text')
  if (timeLimit !== undefined && !(Number.isFinite(timeLimit) && timeLimit > 0)) {
    throw new TypeError('timeLimit must be a number of milliseconds above 0')
  }
  const run = scriptRunner(client)
  // The text in braces decides the slot: the token's key, with which the key of its failures begins.
  const nameOf = (key: string) => prefix + key.replace(/^[^-]*/, token => `{${token}}`)
  const lockOf = (key: string) => `${nameOf(key)}:lock`
  /** Server time minus `performance.now()`, in milliseconds, as of the last answer. */
  let ahead: number | undefined

  function read(now: unknown, entries: readonly unknown[]): StoreLook['entries'] {
    ahead = Number(now) - performance.now()
    return entries.map(entry => {
      const [lifetime, value] = entry as [unknown, unknown] // the scripts below make nothing else
      if (value === null || value === undefined) return undefined
      // Our stores write no key without an end (-1).
      if (Number(lifetime) < 0) return { rejected: 'malformed' }
      return { value: String(value).slice(marker.length), lifetime: Number(lifetime) }
    })
  }

  return {
    timeLimit,
    unencrypted,
    async get(key) {
      const [now, ...entries] = (await run(getScript, [nameOf(key)])) as unknown[]
      return read(now, entries)[0]
    },
    async set(key, value, lifetime) {
      const until =
        ahead === undefined ? '' : String(Math.floor(performance.now() + ahead + lifetime))
      await run(setScript, [nameOf(key)], value, String(Math.floor(lifetime)), until)
    },
    lock: key => redisLock(run, lockOf(key)),
    async look(keys, { lock: wish }) {
      const [first = ''] = keys
      const owner = crypto.randomUUID()
      const names = [lockOf(first), ...keys.map(nameOf)]
      const args = [owner, String(lockLifetime), wish]
      const [now, lock, ...entries] = (await run(lookScript, names, ...args)) as unknown[]
      return {
        entries: read(now, entries),
        lock: lock === 'taken' ? takenLock(run, lockOf(first), owner) : (lock as 'held'), // or 'not_asked'
      }
    },
  }
}

/** The scripts put it before each value they return, because Upstash's client parses what looks like JSON. */
const marker = '='

const serverTime = `local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)`

// A key of another type cannot be ours. The empty value is rejected later and then replaced.
const readFunction = `local function read(key)
  local type = redis.call('TYPE', key).ok
  if type == 'none' then return { -2, false } end
  return { redis.call('PTTL', key), '${marker}' .. (type == 'string' and redis.call('GET', key) or '') }
end`

const getScript = `${serverTime}
${readFunction}
return { string.format('%d', now), read(KEYS[1]) }`

// KEYS[1] is the lock. It is taken only if the first of the other keys calls for it.
const lookScript = `${serverTime}
${readFunction}
local answer = { string.format('%d', now), 'not_asked' }
for i = 2, #KEYS do answer[i + 1] = read(KEYS[i]) end
if ARGV[3] == 'always' or (ARGV[3] == 'unless_entry' and not answer[3][2]) then
  local taken = redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2])
  answer[2] = taken and 'taken' or 'held'
elseif redis.call('GET', KEYS[1]) then
  answer[2] = 'held'
end
return answer`

// By the server's clock where it is known, so that a write that was delayed on its way lives no longer than the token.
const setScript = `${serverTime}
local left = tonumber(ARGV[2])
if ARGV[3] ~= '' then left = math.min(left, ARGV[3] - now) end
if left > 0 then redis.call('SET', KEYS[1], ARGV[1], 'PX', string.format('%d', left)) end`
