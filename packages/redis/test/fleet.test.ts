import { encrypted } from '@cloud-partner-auth/core'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { expect, it } from 'vitest'
import { redisStore } from '../src/redis-store.ts'
import { connectedClient } from './fixtures/connected-client.ts'
import { fleet, storeKey } from './fixtures/fleet.ts'
import { describeWithRedis, redisServer } from './fixtures/redis-server.ts'

const audience = 'https://cloudpartner.azure.com'

describeWithRedis('a fleet of 50 processes that start at once', () => {
  it('makes 1 token request, 1 more when the token is revoked, and shows the server nothing', async () => {
    await using redis = await redisServer()
    await using emulator = await startEmulator()
    const monitored = await redis.monitor()
    // Long enough for every process to ask while the first one's token request is under way.
    emulator.faults.add({ type: 'slow', on: 'authority', delay: 500 })
    await using all = await fleet(50, { redis, emulator })
    all.tell('request')
    await all.reported('answered', 1)
    expect(emulator.tokenRequests).toHaveLength(1)

    all.tell('load')
    await all.reported('answered', 3)
    emulator.revokeTokens()
    const soFar = all.statuses().length / all.workers.length
    await all.reported('answered', Math.ceil(soFar) + 3)
    expect(emulator.tokenRequests).toHaveLength(2)
    expect(new Set(all.statuses())).toEqual(new Set([200]))
    expect(failures(all.workers.flatMap(({ reports }) => reports))).toEqual([])

    const seen = await monitored()
    expect(seen).toMatch(/"EVAL"/i)
    expect(seen).toMatch(/cloud-partner-auth:\{[0-9a-f]{64}\}/)
    await using one = await connectedClient('redis', redis.url)
    const key = redis.cli('KEYS', '*').replace(/.*\{|\}/g, '')
    const stored = await encrypted(redisStore(one.client), storeKey).get(key)
    const { token } = JSON.parse(stored && 'value' in stored ? stored.value : '{}')
    const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET } = emulator.env
    for (const text of [token, AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, audience]) {
      expect(text).toMatch(/.{30}/)
      for (const readable of forms(text)) expect(seen.includes(readable), readable).toBe(false)
    }
  })
})

describeWithRedis('a fleet whose lock holder is killed while it acquires the token', () => {
  it('makes 1 more token request, once the at most 5 s of the lock are over', async () => {
    await using redis = await redisServer()
    await using emulator = await startEmulator()
    emulator.faults.add({ type: 'hang', on: 'authority', count: 1 })
    await using all = await fleet(8, { redis, emulator })
    all.tell('request')
    const holder = await Promise.race(
      all.workers.map(async one => {
        await one.reported('acquiring', 1)
        return one
      }),
    )
    await until(() => emulator.tokenRequests.length === 1)
    holder.kill()
    const [lock = ''] = redis.cli('KEYS', '*:lock').split('\n')
    expect(Number(redis.cli('PTTL', lock))).toBeLessThanOrEqual(5_000)
    await Promise.all(
      all.workers.filter(one => one !== holder).map(one => one.reported('answered', 1)),
    )
    expect(new Set(all.statuses())).toEqual(new Set([200]))
    expect(emulator.tokenRequests).toHaveLength(2)
  })
})

describeWithRedis('processes whose clocks differ', () => {
  it('share a token, and each knows how long it really lives', async () => {
    await using redis = await redisServer()
    await using emulator = await startEmulator()
    const minutes = 60_000
    for (const clockOff of [-5 * minutes, 5 * minutes, 0]) {
      await using late = await fleet(2, { redis, emulator, clockOff })
      late.tell('request')
      await late.reported('answered', 1)
      expect(new Set(late.statuses())).toEqual(new Set([200]))
      for (const report of late.workers.flatMap(({ reports }) => reports)) {
        if (report.type !== 'event' || report.event.type !== 'token_acquired') continue
        const left = report.event.expiresAt - report.now
        expect(left).toBeGreaterThan(3_500_000)
        expect(left).toBeLessThanOrEqual(3_599_000)
      }
      expect(failures(late.workers.flatMap(({ reports }) => reports))).toEqual([])
    }
    expect(emulator.tokenRequests).toHaveLength(1)
  })

  it('renew a refused token once, whichever of them finds out', async () => {
    await using redis = await redisServer()
    await using emulator = await startEmulator()
    await using slow = await fleet(2, { redis, emulator, clockOff: -300_000 })
    await using fast = await fleet(2, { redis, emulator, clockOff: 300_000 })
    for (let round = 1; round <= 3; round++) {
      for (const some of [slow, fast]) {
        some.tell('request')
        await some.reported('answered', round)
      }
      expect(emulator.tokenRequests).toHaveLength(round)
      emulator.revokeTokens()
      // Past the pause after a renewal, in processes whose clock the test does not control.
      await new Promise(resume => setTimeout(resume, 1_100))
    }
    expect(new Set([...slow.statuses(), ...fast.statuses()])).toEqual(new Set([200]))
  })
})

/** The beginning of a text as it is and in simple encodings, to search for it. */
function forms(text: string): string[] {
  const bytes = Buffer.from(text.slice(0, 24))
  return [
    text.slice(0, 24),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ]
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(resume => setTimeout(resume, 5))
}

function failures(
  reports: readonly { readonly type: string; readonly event?: { readonly type: string } }[],
) {
  return reports.filter(({ event }) => event && /failed|rejected/.test(event.type))
}
