/** The part of a node-redis client, cluster, pool or sentinel (version 4 or newer) that is used. */
export interface NodeRedisClient {
  readonly isOpen: boolean
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** The part of an ioredis `Redis` or `Cluster` (version 5 or newer) that is used. */
export interface IoRedisClient {
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
  defineCommand(name: string, definition: { lua: string; numberOfKeys?: number }): void
  pipeline(): unknown
}

/** The part of an @upstash/redis client, which asks over HTTP, that is used. */
export interface UpstashClient {
  eval(script: string, keys: string[], args: string[]): Promise<unknown>
  createScript(script: string): unknown
  pipeline(): unknown
}

export type RedisClient = NodeRedisClient | IoRedisClient | UpstashClient

/** Runs a script on the server: the one call that these clients have in all their forms. */
export type RunScript = (script: string, keys: string[], ...args: string[]) => Promise<unknown>

/**
 * Throws a TypeError for what is no client of these. All have an `eval()` and each takes something else, as do others that
 * answer by callback or not at all; so a client is told by what only its kind has.
 */
export function scriptRunner(client: RedisClient): RunScript {
  if (has(client, 'eval', 'defineCommand', 'pipeline')) {
    const ioRedis = client as IoRedisClient
    return (script, keys, ...args) => ioRedis.eval(script, keys.length, ...keys, ...args)
  }
  if (has(client, 'eval', 'createScript', 'pipeline')) {
    const upstash = client as UpstashClient
    return (script, keys, ...args) => upstash.eval(script, keys, args)
  }
  if (has(client, 'eval', 'sendCommand') && typeof member(client, 'isOpen') === 'boolean') {
    const nodeRedis = client as NodeRedisClient
    if (!inLegacyMode(client)) {
      return (script, keys, ...args) => nodeRedis.eval(script, { keys, arguments: args })
    }
  }
  throw new TypeError(
    `redisStore(client) needs a client of redis (node-redis, version 4 or newer), ioredis (5 or newer) or @upstash/redis, and ${seen(client)}`,
  )
}

/** What is given instead, as far as it is a mistake that is often made. */
function seen(client: unknown): string {
  if (typeof client === 'string') return 'this is a text: make a client with it'
  if (has(client, 'then')) return 'this is a promise: await it'
  if (inLegacyMode(client)) return 'this is one in legacy mode, which answers by callbacks'
  const byCallbacks = 'this is one that answers by callbacks, as redis 3 does'
  if (has(client, 'eval', 'internal_send_command')) return byCallbacks
  if (has(client, 'eval', 'exec')) return 'this is a pipeline or transaction: pass its client'
  if (has(client, 'eval', 'sendCommand')) return byCallbacks
  return has(client, 'eval') ? 'this is another one' : 'this is none'
}

/** Of node-redis 4: `eval()` then takes a callback. */
function inLegacyMode(client: unknown): boolean {
  return member(member(client, 'options'), 'legacyMode') === true
}

function has(client: unknown, ...methods: readonly string[]): boolean {
  return methods.every(method => typeof member(client, method) === 'function')
}

function member(owner: unknown, name: string): unknown {
  const isOwner = (typeof owner === 'object' && owner !== null) || typeof owner === 'function'
  return isOwner ? (owner as Record<string, unknown>)[name] : undefined
}
