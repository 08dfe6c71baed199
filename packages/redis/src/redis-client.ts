/** What we call on a node-redis client, cluster, pool or sentinel (version 4 or newer). */
export interface NodeRedisClient {
  readonly isOpen: boolean
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** What we call on an ioredis `Redis` or `Cluster` (version 5 or newer). */
export interface IoRedisClient {
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
  defineCommand(name: string, definition: { lua: string; numberOfKeys?: number }): void
  pipeline(): unknown
}

/** What we call on an @upstash/redis client, which talks HTTP. */
export interface UpstashClient {
  eval(script: string, keys: string[], args: string[]): Promise<unknown>
  createScript(script: string): unknown
  pipeline(): unknown
}

export type RedisClient = NodeRedisClient | IoRedisClient | UpstashClient

/** Runs a script on the server. All of these clients can do that in all their forms. */
export type RunScript = (script: string, keys: string[], ...args: string[]) => Promise<unknown>

/**
 * Throws a TypeError for anything but one of these clients. They all have an `eval()`, each with other arguments, and so do
 * clients that answer by callback or not at all. So each kind is recognized by a method that only it has.
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

/** Names a common mistake, if that is what was passed. */
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

/** A node-redis 4 client in legacy mode, whose `eval()` takes a callback. */
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
