import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Emulator, startEmulator } from '@cloud-partner-auth/emulator'
import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster, createSentinel } from 'redis'
import { expect, it } from 'vitest'
import type { RedisClient } from '../src/redis-client.ts'
import { redisStore } from '../src/redis-store.ts'
import { authOf } from './fixtures/auth-of.ts'
import { localhostCertificate } from './fixtures/localhost-certificate.ts'
import { redisCluster } from './fixtures/redis-cluster.ts'
import {
  describeWithRedis,
  freePort,
  type RedisServer,
  redisServer,
} from './fixtures/redis-server.ts'
import { request } from './fixtures/requests.ts'

describeWithRedis('a Redis Cluster of three nodes', () => {
  it('keeps each token with its lock and failures on one node, and different ones on all three', async () => {
    await using cluster = await redisCluster()
    await using clients = await clusterClients(cluster.nodes)
    for (const client of clients.all) {
      const store = redisStore(client, { timeLimit: 30_000 })
      for (let each = 0; each < 20; each++) {
        const key = each.toString(16).padStart(64, '0')
        const seen = await store.look([key, `${key}-failure`], { lock: 'always' })
        await store.set(key, 'token', 60_000)
        await store.set(`${key}-failure`, 'failed', 60_000)
        expect(await store.look([key, `${key}-failure`], { lock: 'always' })).toMatchObject({
          entries: [{ value: 'token' }, { value: 'failed' }],
          lock: 'held',
        })
        if (typeof seen.lock === 'object') await seen.lock.release()
        expect(await store.lock(key)).toBeDefined()
      }
      for (const node of cluster.nodes) expect(Number(node.cli('DBSIZE'))).toBeGreaterThan(0)
      for (const node of cluster.nodes) node.cli('FLUSHALL')
    }
  })

  it('is shared by clients of both kinds: one token request', async () => {
    await using cluster = await redisCluster()
    await using clients = await clusterClients(cluster.nodes)
    await using emulator = await startEmulator()
    await expectSharing(clients.all, emulator)
  })
})

describeWithRedis('a server that a Sentinel watches', () => {
  it('is replaced by its replica, which has the token: no request fails, no token request is made', async () => {
    await using main = await redisServer()
    await using replica = await redisServer(['--replicaof', '127.0.0.1', String(main.port)])
    await until(() => replica.cli('INFO', 'replication').includes('master_link_status:up'))
    await using sentinel = await redisSentinel(main)
    await using emulator = await startEmulator()
    await using before = await sentinelClients(sentinel.port)
    await expectSharing(before.all, emulator)
    await until(() => replica.cli('DBSIZE') === '1')
    await main.stop()
    await until(() => replica.cli('INFO', 'replication').includes('role:master'))
    await using after = await sentinelClients(sentinel.port)
    await expectSharing(after.all, emulator)
    await expectSharing(before.all, emulator)
  })
})

describeWithRedis('a replica that only reads', () => {
  it('behind the client is a store that fails: an event that says so, and no request fails', async () => {
    await using main = await redisServer()
    await using replica = await redisServer(['--replicaof', '127.0.0.1', String(main.port)])
    await until(() => replica.cli('INFO', 'replication').includes('master_link_status:up'))
    await using clients = await plainClients(replica.url)
    await using emulator = await startEmulator()
    for (const client of clients.all) {
      const { auth, events } = authOf({ client }, emulator, { timeLimit: 30_000 })
      expect(await request(auth, emulator.origin)).toBe(200)
      expect(events[0]).toMatchObject({ type: 'store_failed', code: 'READONLY' })
    }
  })
})

describeWithRedis('a user of its own (ACL)', () => {
  it('needs what the documentation lists, on the keys under the prefix, and nothing else', async () => {
    await using server = await redisServer()
    const commands = ['eval', 'type', 'get', 'set', 'pttl', 'pexpire', 'del', 'time']
    const rights = ['~cloud-partner-auth:*', ...commands.map(name => `+${name}`)]
    server.cli('ACL', 'SETUSER', 'tokens', 'on', '>password', ...rights)
    await using clients = await plainClients(`redis://tokens:password@127.0.0.1:${server.port}`)
    await using emulator = await startEmulator()
    await expectSharing(clients.all, emulator)
    const [client] = clients.all as [RedisClient]
    const elsewhere = redisStore(client, { prefix: 'theirs:', timeLimit: 30_000 })
    await expect(elsewhere.set('key', 'value', 1_000)).rejects.toThrow(/No permissions|NOPERM/i)
  })
})

describeWithRedis('a server behind TLS', () => {
  it('is shared by clients that trust its certificate', async () => {
    const port = await freePort()
    const { cert, key } = localhostCertificate()
    const folder = mkdtempSync(join(tmpdir(), 'tls-'))
    writeFileSync(join(folder, 'cert.pem'), cert)
    writeFileSync(join(folder, 'key.pem'), key)
    const files = ['--tls-cert-file', `${folder}/cert.pem`, '--tls-key-file', `${folder}/key.pem`]
    const options = ['--tls-port', String(port), ...files, '--tls-auth-clients', 'no']
    await using server = await redisServer(options)
    rmSync(folder, { recursive: true })
    await using clients = await plainClients(`rediss://localhost:${port}`, cert)
    await using emulator = await startEmulator()
    await expectSharing(clients.all, emulator)
    expect(server.cli('DBSIZE')).toBe('1')
  })
})

/** Two auths over each of these clients share one token. */
async function expectSharing(clients: readonly RedisClient[], emulator: Emulator): Promise<void> {
  for (const client of [...clients, ...clients]) {
    const { auth, events } = authOf({ client }, emulator, { timeLimit: 30_000 })
    expect(await request(auth, emulator.origin)).toBe(200)
    expect(events.map(({ type }) => type)).toEqual(['token_acquired'])
  }
  expect(emulator.tokenRequests).toHaveLength(1)
}

interface Clients extends AsyncDisposable {
  readonly all: readonly RedisClient[]
}

async function plainClients(url: string, ca?: string): Promise<Clients> {
  const socket = { tls: true, ca } as const
  return connected(
    createClient({ url, ...(ca !== undefined && { socket }) }),
    new Redis(url, { ...(ca !== undefined && { tls: { ca } }) }),
  )
}

function clusterClients(nodes: readonly RedisServer[]): Promise<Clients> {
  const hosts = nodes.map(({ port }) => ({ host: '127.0.0.1', port }))
  const rootNodes = nodes.map(({ url }) => ({ url }))
  return connected(createCluster({ rootNodes }), new Cluster(hosts))
}

function sentinelClients(port: number): Promise<Clients> {
  const sentinels = [{ host: '127.0.0.1', port }]
  return connected(
    createSentinel({ name, sentinelRootNodes: sentinels, scanInterval: 100 }),
    new Redis({ sentinels, name }),
  )
}

/** A client of node-redis and one of ioredis, once both are connected. */
async function connected(
  nodeRedis: RedisClient & { connect(): Promise<unknown>; destroy(): unknown } & Emits,
  ioRedis: Redis | Cluster,
): Promise<Clients> {
  nodeRedis.on('error', () => {})
  ioRedis.on('error', () => {})
  const ready = new Promise(resolve => ioRedis.once('ready', resolve))
  await Promise.all([nodeRedis.connect(), ready])
  return {
    all: [nodeRedis, ioRedis],
    async [Symbol.asyncDispose]() {
      nodeRedis.destroy()
      ioRedis.disconnect()
    },
  }
}

interface Emits {
  on(event: 'error', listener: () => void): unknown
}

const name = 'tokens'

/** Watches this server, and replaces it after half a second. */
async function redisSentinel(main: RedisServer): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sentinel-'))
  const file = join(folder, 'sentinel.conf')
  writeFileSync(
    file,
    [
      `sentinel monitor ${name} 127.0.0.1 ${main.port} 1`,
      `sentinel down-after-milliseconds ${name} 500`,
      `sentinel failover-timeout ${name} 2000`,
    ].join('\n'),
  )
  return redisServer([file, '--sentinel'])
}

/** Asks until it is so. A server that changes its role closes its connections, the one that asks included. */
async function until(isSo: () => boolean): Promise<void> {
  const isSeen = () => {
    try {
      return isSo()
    } catch {
      return false
    }
  }
  while (!isSeen()) await new Promise(resume => setTimeout(resume, 20))
}
