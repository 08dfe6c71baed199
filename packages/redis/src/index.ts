export type { IoRedisClient, NodeRedisClient, RedisClient, UpstashClient } from './redis-client.ts'
export { type RedisStoreOptions, redisStore } from './redis-store.ts'
