import { encrypted } from '@cloud-partner-auth/core'
import { redisStore } from '@cloud-partner-auth/redis'
import { Redis } from 'ioredis'

export const store = encrypted(
  redisStore(new Redis('redis://127.0.0.1:1', { lazyConnect: true })),
  process.env['KEY'],
)
// @ts-expect-error: it is made of a client
redisStore({})
