import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type Emulator, startEmulator } from '@cloud-partner-auth/emulator'
import { Keyv } from 'keyv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeKey } from './fixtures/fleet.ts'
import { describeWithRedis, type RedisServer, redisServer } from './fixtures/redis-server.ts'
import { type UpstashServer, upstashServer } from './fixtures/upstash-server.ts'

const pages = ['../../../docs/several-processes.md', '../README.md']
const snippets = pages.flatMap(page =>
  readFileSync(new URL(page, import.meta.url), 'utf8')
    .split('```js\n')
    .slice(1)
    .map(rest => rest.split('\n```')[0] as string)
    .map(code => ({
      page: page.split('/').at(-1),
      code,
      title: /from '(redis|ioredis|@upstash\/redis|node:os|keyv)'/.exec(code)?.[1],
    })),
)
// Below the package, so that a snippet finds what it imports.
const folder = new URL('../node_modules/.cache/snippets/', import.meta.url)

// Two auths over the snippet's store stand for two processes that share it.
const harness = `
const { cloudPartnerAuth: another } = await import('@cloud-partner-auth/core')
for (const one of [auth, another({ store })]) {
  const { source } = one.covering(process.env.CLOUD_PARTNER_EMULATOR + '/api')
  await source.get()
}
process.exit()
`

// On a busy machine a store may exceed its 250 ms, and then a second token request would be correct.
const patience = `data:text/javascript,${encodeURIComponent(`
const { setTimeout } = globalThis
globalThis.setTimeout = (run, ms) => setTimeout(run, ms * 40)
`)}`

describe('the recipe for keyv', () => {
  it('rests on what keyv tells of an entry: its value, and when it ends', async () => {
    const keyv = new Keyv()
    await keyv.set('key', 'value', 60_000)
    const raw = (await keyv.getRaw('key')) as { expires: number } // typed for adapters that keep text too
    expect(raw).toMatchObject({ value: 'value' })
    expect(raw.expires - Date.now()).toBeGreaterThan(50_000)
    expect(raw.expires - Date.now()).toBeLessThanOrEqual(60_000)
  })
})

describeWithRedis('the page on several processes', () => {
  let redis: RedisServer
  let upstash: UpstashServer
  let emulator: Emulator
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true })
    redis = await redisServer()
    upstash = await upstashServer(redis.url)
    emulator = await startEmulator()
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true })
    await upstash[Symbol.asyncDispose]()
    await redis[Symbol.asyncDispose]()
    await emulator.close()
  })

  it('shows each client, the folder and keyv', () => {
    expect(snippets.map(({ title }) => title)).toEqual([
      'redis',
      'ioredis',
      '@upstash/redis',
      'node:os',
      'keyv',
      'ioredis',
    ])
  })

  it.each(snippets)(
    'shares one token as written, with $title in $page',
    async ({ code, title }) => {
      redis.cli('FLUSHALL')
      emulator.clearLog()
      const file = new URL(`${title?.replace(/\W/g, '-')}.mjs`, folder)
      writeFileSync(file, code + harness)
      for (const runs of title === 'keyv' ? [1] : [1, 2]) {
        expect({ runs, ...(await run(file)) }).toEqual({ runs, status: 0, output: '' })
        expect(emulator.tokenRequests).toHaveLength(1)
      }
    },
  )

  async function run(file: URL) {
    const child = fork(file, {
      env: {
        ...process.env,
        ...emulator.env,
        HOME: folder.pathname,
        REDIS_URL: redis.url,
        UPSTASH_REDIS_REST_URL: upstash.url,
        UPSTASH_REDIS_REST_TOKEN: upstash.token,
        TOKEN_STORE_KEY: storeKey,
      },
      execArgv: ['--import', patience],
      silent: true,
    })
    let output = ''
    child.stdout?.on('data', data => (output += data))
    child.stderr?.on('data', data => (output += data))
    const [status] = await once(child, 'close')
    return { status, output }
  }
})
