import { fork } from 'node:child_process'
import { once } from 'node:events'
import { type Emulator, startEmulator } from '@cloud-partner-auth/emulator'
import { expect, it } from 'vitest'
import { storeKey } from './fixtures/fleet.ts'
import { describeWithRedis, type RedisServer, redisServer } from './fixtures/redis-server.ts'

describeWithRedis('a process that starts', () => {
  it('with a warm store asks Redis once and loads no MSAL; with a cold one MSAL is what it needs', async () => {
    await using redis = await redisServer()
    await using emulator = await startEmulator()
    const cold = await start(redis, emulator)
    expect(cold).toMatchObject({ status: 200 })
    expect(cold.msal).toBeGreaterThan(0)
    expect(emulator.tokenRequests).toHaveLength(1)

    expect(await start(redis, emulator)).toEqual({ status: 200, msal: 0, commands: 'EVAL 1' })
    expect(emulator.tokenRequests).toHaveLength(1)
  })
})

async function start(redis: RedisServer, emulator: Emulator) {
  const child = fork(new URL('./fixtures/cold-start.ts', import.meta.url), {
    env: { ...process.env, ...emulator.env, REDIS_URL: redis.url, TOKEN_STORE_KEY: storeKey },
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const exited = once(child, 'exit')
  const answer = () =>
    Promise.race([once(child, 'message'), exited.then(() => Promise.reject(new Error('it ended')))])
  await answer()
  redis.cli('CONFIG', 'RESETSTAT')
  child.send('request')
  const [{ status, msal }] = await answer()
  const commands = redis.cli('INFO', 'commandstats')
  child.disconnect()
  await exited
  return { status, msal, commands: sentCommands(commands) }
}

/** The commands that clients sent. Redis also counts what scripts call and what `redis-cli` itself asks. */
function sentCommands(stats: string): string {
  return [...stats.matchAll(/^cmdstat_([a-z|]+):calls=(\d+)/gm)]
    .filter(([, name]) => !/^(config|time|type|get|pttl|info)/.test(name ?? ''))
    .map(([, name, calls]) => `${name?.toUpperCase()} ${calls}`)
    .join(', ')
}
