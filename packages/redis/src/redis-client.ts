/** The part of a node-redis client, cluster, pool or sentinel (version 4 or newer) that is used. */
export interface NodeRedisClient {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** The part of an ioredis `Redis` or `Cluster` (version 5 or newer) that is used. */
export interface IoRedisClient {
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
  defineCommand(name: string, definition: { lua: string; numberOfKeys?: number }): void
}

/** Runs a script on the server, with one key: the one call that both clients have in all their forms. */
export type RunScript = (script: string, key: string, ...rest: string[]) => Promise<unknown>

/** Throws a TypeError for what is no client of either kind. */
export function scriptRunner(client: NodeRedisClient | IoRedisClient): RunScript {
  if (typeof client?.eval !== 'function') {
    throw new TypeError('redisStore(client) needs a client of redis (node-redis) or ioredis')
  }
  return isIoRedis(client)
    ? (script, key, ...rest) => client.eval(script, 1, key, ...rest)
    : (script, key, ...rest) => client.eval(script, { keys: [key], arguments: rest })
}

/** Told by a method of which only ioredis has one of this name. */
function isIoRedis(client: NodeRedisClient | IoRedisClient): client is IoRedisClient {
  return 'defineCommand' in client
}
