import { createRequire } from 'node:module'
import { cloudPartnerAuth, encrypted, tokenEndpoint } from '@cloud-partner-auth/core'
import { type Emulator, startEmulator } from '@cloud-partner-auth/emulator'
import { Redis as UpstashRedis } from '@upstash/redis'
import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster, createSentinel } from 'redis'
import { createClient as createClient4, createCluster as createCluster4 } from 'redis-4'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { redisStore } from '../src/redis-store.ts'
import { authOf } from './fixtures/auth-of.ts'
import {
  type ConnectedClient,
  clientKinds,
  connectedClient,
  olderClientKinds,
} from './fixtures/connected-client.ts'
import { storeKey } from './fixtures/fleet.ts'
import {
  describeWithRedis,
  type RedisServer,
  redisIsThere,
  redisServer,
} from './fixtures/redis-server.ts'
import { request } from './fixtures/requests.ts'
import { tcpProxy } from './fixtures/tcp-proxy.ts'

// Long enough for a busy machine.
const patient = { timeLimit: 5_000 }

let redis: RedisServer
beforeAll(async () => {
  if (redisIsThere) redis = await redisServer()
})
afterAll(() => redis?.[Symbol.asyncDispose]())

describeWithRedis.each(olderClientKinds)('a store over a client of an earlier major, %s', kind => {
  it('keeps values and one lock', async () => {
    await using connected = await connectedClient(kind, redis.url)
    const store = redisStore(connected.client)
    expect(await store.get(kind)).toBeUndefined()
    await store.set(kind, 'välue', 60_000)
    expect(await store.get(kind)).toMatchObject({ value: 'välue' })
    const lock = await store.lock(kind)
    expect(lock).toBeDefined()
    expect(await store.lock(kind)).toBeUndefined()
    await lock?.release()
    expect(await store.lock(kind)).toBeDefined()
  })
})

describeWithRedis.each(clientKinds)('a store over a client of %s', kind => {
  let connected: ConnectedClient
  beforeAll(async () => {
    connected = await connectedClient(kind, redis.url)
  })
  afterAll(() => connected[Symbol.asyncDispose]())
  beforeEach(() => {
    redis.cli('FLUSHALL')
  })

  it('keeps a value for as long as it was told to, under its prefix', async () => {
    const store = redisStore(connected.client)
    expect(await store.get('key')).toBeUndefined()
    for (const value of ['{"a":1.0}', '17', 'null', '""', '']) {
      await store.set('key', value, 60_000)
      expect(await store.get('key')).toMatchObject({ value })
    }
    await store.set('key', 'välue', 60_000)
    const stored = await store.get('key')
    expect(stored).toMatchObject({ value: 'välue' })
    expect(stored && 'lifetime' in stored && stored.lifetime).toBeGreaterThan(50_000)
    expect(stored && 'lifetime' in stored && stored.lifetime).toBeLessThanOrEqual(60_000)
    expect(redis.cli('KEYS', '*')).toBe('cloud-partner-auth:{key}')
    await redisStore(connected.client, { prefix: 'mine/' }).set('key', 'value', 60_000)
    expect(redis.cli('GET', 'mine/{key}')).toBe('value')
  })

  it('leaves no key behind whose lifetime is over, or was when it arrived', async () => {
    const store = redisStore(connected.client)
    for (const lifetime of [0, -1, 0.5]) {
      await store.set('key', 'value', lifetime)
      expect(redis.cli('EXISTS', 'cloud-partner-auth:{key}')).toBe('0')
    }
  })

  it('asks the server once an operation', async () => {
    await using proxy = await tcpProxy(redis.port)
    await using through = await connectedClient(kind, proxy.url)
    const store = redisStore(through.client)
    await store.get('key')
    const lock = await store.lock('key')
    for (const operation of [
      () => store.get('key'),
      () => store.set('key', 'value', 60_000),
      () => store.get('key'),
      () => store.look(['key', 'key-failure'], { lock: 'always' }),
      () => store.lock('key'),
      () => lock?.release(),
    ]) {
      const before = proxy.questions
      await operation()
      expect(proxy.questions - before).toBe(1)
    }
  })

  it('does not let a write that was held up outlive what it was told', async () => {
    await using other = await redisServer()
    await using client = await connectedClient(kind, other.url)
    const store = redisStore(client.client)
    await store.get('key')
    other.pause()
    const brief = store.set('brief', 'value', 100)
    const long = store.set('long', 'value', 60_000)
    await new Promise(resume => setTimeout(resume, 300)) // longer than the first of them lives; a test cannot move the server's clock
    other.resume()
    await Promise.all([brief, long])
    expect(other.cli('EXISTS', 'cloud-partner-auth:{brief}')).toBe('0')
    expect(Number(other.cli('PTTL', 'cloud-partner-auth:{long}'))).toBeLessThanOrEqual(59_700)
  })

  it('has one lock, which only its holder releases', async () => {
    const store = redisStore(connected.client)
    const other = redisStore(connected.client)
    const locks = await Promise.all(Array.from({ length: 20 }, () => store.lock('key')))
    const [lock, ...more] = locks.filter(one => one !== undefined)
    expect(more).toEqual([])
    const left = Number(redis.cli('PTTL', 'cloud-partner-auth:{key}:lock'))
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(5_000)
    expect(await other.lock('key')).toBeUndefined()
    expect(await other.lock('another')).toBeDefined()

    redis.cli('DEL', 'cloud-partner-auth:{key}:lock')
    const next = await other.lock('key')
    await lock?.release()
    expect(await store.lock('key')).toBeUndefined()
    await next?.release()
    expect(await store.lock('key')).toBeDefined()
  })

  it('looks at several keys and takes the lock in one operation, where that is wanted', async () => {
    const store = redisStore(connected.client)
    const keys = ['key', 'key-failure']
    const unless = { lock: 'unless_entry' } as const
    const first = await store.look(keys, unless)
    expect(first).toEqual({ entries: [undefined, undefined], lock: expect.any(Object) })
    expect(await store.look(keys, unless)).toMatchObject({ lock: 'held' })
    await store.set('key-failure', 'failed', 60_000)
    expect(await store.look(keys, unless)).toMatchObject({
      entries: [undefined, { value: 'failed' }],
      lock: 'held',
    })
    await store.set('key', '17', 60_000)
    const seen = await store.look(keys, unless)
    expect(seen).toMatchObject({
      entries: [{ value: '17' }, { value: 'failed' }],
      lock: 'held', // and told so, though it was not asked for
    })
    const [token] = seen.entries
    expect(token && 'lifetime' in token && token.lifetime).toBeGreaterThan(50_000)
    expect(await store.look(keys, { lock: 'always' })).toMatchObject({ lock: 'held' })
    if (typeof first.lock === 'object') await first.lock.release()
    expect(await store.look(keys, unless)).toMatchObject({ lock: 'not_asked' })
    const despite = await store.look(keys, { lock: 'always' })
    expect(despite).toMatchObject({ entries: [{ value: '17' }, { value: 'failed' }] })
    expect(Number(redis.cli('PTTL', 'cloud-partner-auth:{key}:lock'))).toBeGreaterThan(0)
    if (typeof despite.lock === 'object') await despite.lock.release()
    expect(redis.cli('EXISTS', 'cloud-partner-auth:{key}:lock')).toBe('0')
  })

  it('does not renew a lock any more that was released', async () => {
    await using proxy = await tcpProxy(redis.port)
    await using through = await connectedClient(kind, proxy.url)
    const store = redisStore(through.client)
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const lock = await store.lock('key')
      vi.advanceTimersByTime(2_000)
      await store.get('key')
      const renewed = proxy.questions
      await lock?.release()
      vi.advanceTimersByTime(60_000)
      await store.get('key')
      expect(proxy.questions - renewed).toBe(2)
    } finally {
      vi.useRealTimers()
    }
  })

  it('keeps a lock for as long as it is held, and no other one', async () => {
    const store = redisStore(connected.client)
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const held = await store.lock('held')
      const lost = await store.lock('lost')
      redis.cli('SET', 'cloud-partner-auth:{lost}:lock', 'somebody else', 'PX', '1000000')
      redis.cli('PEXPIRE', 'cloud-partner-auth:{held}:lock', '1000000')
      vi.advanceTimersByTime(2_000)
      const left = (name: string) => Number(redis.cli('PTTL', `cloud-partner-auth:{${name}}:lock`))
      await expect.poll(() => left('held')).toBeLessThanOrEqual(5_000) // as if it were taken now
      expect(left('lost')).toBeGreaterThan(5_000)
      expect(await store.lock('held')).toBeUndefined()
      await Promise.all([held?.release(), lost?.release()])
      expect(redis.cli('EXISTS', 'cloud-partner-auth:{held}:lock')).toBe('0')
      expect(redis.cli('DEL', 'cloud-partner-auth:{lost}:lock')).toBe('1')
    } finally {
      vi.useRealTimers()
    }
  })

  describe('with an entry that must not be used', () => {
    let emulator: Emulator
    beforeAll(async () => {
      emulator = await startEmulator()
    })
    afterAll(() => emulator.close())

    it.each([
      [
        'truncated',
        (key: string) => redis.cli('SET', key, redis.cli('GET', key).slice(0, -9), 'KEEPTTL'),
        'undecryptable',
      ],
      ['corrupt', (key: string) => redis.cli('SETRANGE', key, '40', '!!!!'), 'undecryptable'],
      ['empty', (key: string) => redis.cli('SET', key, '', 'KEEPTTL'), 'undecryptable'],
      [
        'somebody else’s',
        (key: string) => redis.cli('SET', key, '1.AAAAAAAA.AAAAAAAAAAAAAAAA.AAAA', 'KEEPTTL'),
        'unknown_key',
      ],
      ['without an end', (key: string) => redis.cli('PERSIST', key), 'malformed'],
      [
        'given more lifetime than it had',
        (key: string) => redis.cli('PEXPIRE', key, '9999999999'),
        'malformed',
      ],
      [
        'no text',
        (key: string) => [redis.cli('DEL', key), redis.cli('LPUSH', key, 'a')],
        'malformed',
      ],
    ])('acquires a token, says why and replaces it: %s', async (_, spoil, why) => {
      await request(authOf(connected, emulator, patient).auth, emulator.origin)
      spoil(redis.cli('KEYS', '*'))
      const before = emulator.tokenRequests.length
      const { auth, events } = authOf(connected, emulator, patient)
      expect(await request(auth, emulator.origin)).toBe(200)
      expect(emulator.tokenRequests.length - before).toBe(1)
      expect(events[0]).toMatchObject({ type: 'store_entry_rejected', why })
      expect(await request(authOf(connected, emulator, patient).auth, emulator.origin)).toBe(200)
      expect(emulator.tokenRequests.length - before).toBe(1)
    })

    it('finds nothing where the entry has expired or was moved to another key', async () => {
      await request(authOf(connected, emulator, patient).auth, emulator.origin)
      const key = redis.cli('KEYS', '*')
      redis.cli('PEXPIRE', key, '0')
      const { auth, events } = authOf(connected, emulator, patient)
      expect(await request(auth, emulator.origin)).toBe(200)
      expect(events.map(({ type }) => type)).toEqual(['token_acquired'])
      redis.cli(
        'RENAME',
        key,
        key.replace(/.(?=\}$)/, last => (last === '0' ? '1' : '0')),
      )
      const store = encrypted(redisStore(connected.client), storeKey)
      const moved = redis.cli('KEYS', '*').replace(/.*\{|\}/g, '')
      expect(await store.get(moved)).toEqual({ rejected: 'undecryptable' })
    })
  })
})

describe('redisStore()', () => {
  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /and this is none$/],
    ['null', null, /and this is none$/],
    ['an object', {}, /and this is none$/],
    ['an eval that is no function', { eval: 'no function' }, /and this is none$/],
    ['an eval of another shape', { eval: async () => null }, /and this is another one$/],
    ['a URL', 'redis://user:canary@127.0.0.1', /and this is a text: make a client with it$/],
    ['a client that is not there yet', Promise.resolve({}), /and this is a promise: await it$/],
    ['redis 3', callbackClient(), /answers by callbacks, as redis 3 does$/],
    ['redis 4 in legacy mode', redis4({ legacyMode: true }), /in legacy mode/],
    ['the legacy form of redis', createClient().legacy(), /answers by callbacks/],
    ['a transaction of redis', createClient().multi(), /is a pipeline or transaction/],
    ['a transaction of redis 4', redis4().multi(), /is a pipeline or transaction/],
    ['a pipeline of ioredis', ioRedis().pipeline(), /is a pipeline or transaction/],
    ['a pipeline of Upstash', upstash().pipeline(), /is a pipeline or transaction/],
  ])('refuses at once, and says what is supported: %s', (_, client, seen) => {
    const make = () => redisStore(client as never)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(seen)
    expect(make).toThrow(
      /needs a client of redis \(node-redis, version 4 or newer\), ioredis \(5 or newer\) or @upstash\/redis/,
    )
    expect(make).not.toThrow(/canary/)
  })

  it('takes each client in all its forms, connected or not', () => {
    const rootNodes = [{ url: 'redis://127.0.0.1:1' }]
    const forms = [
      createClient(),
      createCluster({ rootNodes }),
      createClientPool(),
      createSentinel({ name: 'mymaster', sentinelRootNodes: [{ host: '127.0.0.1', port: 1 }] }),
      redis4(),
      createCluster4({ rootNodes }),
      ioRedis(),
      new Cluster(['127.0.0.1:1'], { lazyConnect: true }),
      upstash(),
      new UpstashRedis({ url: 'http://127.0.0.1:1', token: 't', enableAutoPipelining: false }),
    ]
    for (const form of forms) expect(redisStore(form)).toHaveProperty('lock')
  })

  it.each([0, -1, Number.NaN, '250'])('wants a time limit above 0, not %o', timeLimit => {
    expect(() => redisStore(ioRedis(), { timeLimit: timeLimit as never })).toThrow(/timeLimit/)
  })

  it('is not accepted by an auth before it is encrypted, or says that it need not be', async () => {
    const credential = tokenEndpoint({
      tenantId: 'contoso.example',
      clientId: '00000000-0000-4000-8000-000000000000',
      secret: 'secret',
    })
    const client = ioRedis()
    expect(() => cloudPartnerAuth({ credential, store: redisStore(client) })).toThrow(TypeError)
    cloudPartnerAuth({ credential, store: redisStore(client, { unencrypted: true }) })
    cloudPartnerAuth({ credential, store: encrypted(redisStore(client), storeKey) })
  })

  it('refuses an option that it does not have, and says which it may be', () => {
    const make = () => redisStore(ioRedis(), { timelimit: 50 } as never)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(/"timelimit": did you mean timeLimit\?/)
    expect(() => redisStore(ioRedis(), { prefix: 7 as never })).toThrow(/prefix must be a text/)
  })

  it('gives its time limit to whoever uses it', () => {
    expect(redisStore(ioRedis(), { timeLimit: 50 }).timeLimit).toBe(50)
  })
})

/** One of each kind of client, not connected. */
function ioRedis() {
  return new Redis({ lazyConnect: true })
}

function redis4(options: { readonly legacyMode?: boolean } = {}) {
  return createClient4(options)
}

function upstash() {
  return new UpstashRedis({ url: 'http://127.0.0.1:1', token: 't' })
}

/** redis 3, which has no types and connects at once. */
function callbackClient(): unknown {
  const client = createRequire(import.meta.url)('redis-3').createClient({ port: 1 })
  client.on('error', () => {})
  client.end(true)
  return client
}
