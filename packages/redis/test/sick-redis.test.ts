import type { CloudPartnerAuth, TokenEvent } from '@cloud-partner-auth/core'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { expect, it } from 'vitest'
import { authOf } from './fixtures/auth-of.ts'
import { connectedClient } from './fixtures/connected-client.ts'
import { describeWithRedis, type RedisServer, redisServer } from './fixtures/redis-server.ts'
import { request } from './fixtures/requests.ts'
import { type TcpProxy, tcpProxy } from './fixtures/tcp-proxy.ts'

type Spoil = (server: RedisServer, way: TcpProxy) => unknown

describeWithRedis('under a load of 200 requests per second, a Redis server', () => {
  it.each<[string, Spoil, RegExp]>([
    ['that stops', server => server.stop(), /look|set/],
    ['that is paused (SIGSTOP)', server => server.pause(), /look|set/],
    ['that answers errors', server => server.cli('ACL', 'SETUSER', 'default', '-eval'), /look|set/],
    ['that is full', server => server.cli('CONFIG', 'SET', 'maxmemory', '1'), /look|set/],
    ['that has become slow', (_, way) => way.slowDown(400), /look|set/],
    ['whose connections are reset', (_, way) => way.reset(), /look|set/],
  ])('%s fails no request, is left alone, and is told about once', async (_, spoil, operation) => {
    await using ground = await sickbed()
    const { server, way, load } = ground
    await ground.ready()
    await spoil(server, way)
    await ground.renewed('authority', 2)
    await new Promise(resume => setTimeout(resume, 2_100)) // past the pause after a renewal
    await ground.renewed('authority', 2)
    expect(new Set(await load.stop())).toEqual(new Set([200]))
    for (const events of ground.events) {
      const failures = events.filter(({ type }) => type === 'store_failed')
      expect(failures).toEqual([
        expect.objectContaining({ operation: expect.stringMatching(operation) }),
      ])
    }
    server.resume()
  })

  it('that was restarted is used again', async () => {
    await using ground = await sickbed()
    const { server, load } = ground
    await ground.ready()
    await server.stop()
    await ground.renewed('authority', 2)
    await server.start()
    await until(() => ground.events.every(events => Date.now() > retryAt(events)))
    await ground.renewed('store', 1)
    expect(server.cli('KEYS', '*')).toMatch(/^cloud-partner-auth:\{[0-9a-f]{64}\}$/)
    expect(new Set(await load.stop())).toEqual(new Set([200]))
  })
})

describeWithRedis('a Redis server that nobody answers for', () => {
  it('fails no first request either', async () => {
    await using emulator = await startEmulator()
    await using server = await redisServer()
    await using one = await connectedClient('redis', server.url)
    await using other = await connectedClient('ioredis', server.url)
    await server.stop()
    for (const client of [one, other]) {
      const { auth, events } = authOf(client, emulator)
      expect(await request(auth, emulator.origin)).toBe(200)
      expect(events.map(({ type }) => type)).toEqual(['store_failed', 'token_acquired'])
    }
  })
})

/** A Redis server behind a proxy, an auth over each client, and requests from both. */
async function sickbed() {
  const stack = new AsyncDisposableStack()
  const server = stack.use(await redisServer())
  const way = stack.use(await tcpProxy(server.port))
  const emulator = stack.use(await startEmulator())
  const auths = [
    authOf(stack.use(await connectedClient('redis', way.url)), emulator),
    authOf(stack.use(await connectedClient('ioredis', way.url)), emulator),
  ]
  const load = loadOf(
    auths.map(({ auth }) => auth),
    emulator.origin,
  )
  stack.defer(async () => void (await load.stop()))
  const events = auths.map(({ events }) => events)

  const count = (from: 'authority' | 'store') =>
    events.flat().filter(event => event.type === 'token_acquired' && event.from === from).length

  return {
    server,
    way,
    load,
    events,
    /** Resolves once one auth has acquired the first token and the other has taken it from the store. */
    ready: () => until(() => count('store') === 1),
    /** Revokes every token; resolves once `more` new ones came from `from`. */
    async renewed(from: 'authority' | 'store', more: number): Promise<void> {
      await load.answered() // a request that is refused twice, by two revocations, keeps its 401
      const before = count(from)
      emulator.revokeTokens()
      await until(() => count(from) >= before + more)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** Sends 200 requests a second, spread over the auths. `stop` resolves with the outcome of each. */
function loadOf(auths: readonly CloudPartnerAuth[], origin: string) {
  const results: Promise<number | string>[] = []
  const timer = setInterval(() => {
    for (const auth of auths) results.push(request(auth, origin).catch(String))
  }, 5 * auths.length)
  return {
    /** Resolves once every request that was sent is answered. */
    answered: () => Promise.all(results),
    stop() {
      clearInterval(timer)
      return Promise.all(results)
    },
  }
}

function retryAt(events: readonly TokenEvent[]): number {
  return Math.max(...events.map(event => (event.type === 'store_failed' ? event.retryAt : 0)))
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(resume => setTimeout(resume, 20))
}
