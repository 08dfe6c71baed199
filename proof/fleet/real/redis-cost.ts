// Measures what one look of a waiting process costs a Redis server, in milliseconds, and prints it.
import { redisStore } from '@cloud-partner-auth/redis'
import { Redis } from 'ioredis'
import { redisServer } from './redis-server.ts'

const connections = 50
const looksEach = 400
const key = 'a'.repeat(64)

await using redis = await redisServer()
const clients = Array.from({ length: connections }, () => new Redis(redis.url))
const stores = clients.map(client => redisStore(client, { timeLimit: 60_000, unencrypted: true }))
// As long as an encrypted token of the portal is.
await stores[0]?.set(key, 'x'.repeat(2_500), 3_600_000)
await looks(20)
const before = await cpuTime()
await looks(looksEach)
const took = (await cpuTime()) - before
for (const client of clients) client.disconnect()
console.log(JSON.stringify(took / (connections * looksEach)))

/** Each connection one after another, so that the server has to read and to write for each of them. */
async function looks(count: number): Promise<void> {
  await Promise.all(
    stores.map(async store => {
      for (let look = 0; look < count; look++) {
        await store.look([key, `${key}-failure`], { lock: 'unless_entry' })
      }
    }),
  )
}

/** The server's own, in milliseconds: what else the machine does is not in it. */
async function cpuTime(): Promise<number> {
  const info = (await clients[0]?.info('cpu')) ?? ''
  const seconds = (name: string) => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1])
  return 1_000 * (seconds('used_cpu_sys_main_thread') + seconds('used_cpu_user_main_thread'))
}
