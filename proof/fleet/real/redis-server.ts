import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Redis } from 'ioredis'

/** A Redis server of our own on loopback, with nothing on disk. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** How many scripts it has run, each of them one operation of a store; `undefined` while it is down. */
  operations(): Promise<number | undefined>
  start(): Promise<void>
  stop(): Promise<void>
}

export async function redisServer(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-'))
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0 })
  client.on('error', () => {})
  let running: ChildProcess | undefined

  async function start(): Promise<void> {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
    running = spawn('redis-server', options, { stdio: 'ignore' })
    while ((await operations()) === undefined) await setTimeout(20)
  }

  async function stop(): Promise<void> {
    const ended = running && once(running, 'exit')
    running?.kill('SIGKILL')
    await ended
    running = undefined
  }

  async function operations(): Promise<number | undefined> {
    try {
      const stats = await client.info('commandstats')
      return Number(/cmdstat_eval:calls=(\d+)/.exec(stats)?.[1] ?? 0)
    } catch {
      return undefined
    }
  }

  await start()
  return {
    url,
    port,
    operations,
    start,
    stop,
    async [Symbol.asyncDispose]() {
      client.disconnect()
      await stop()
      rmSync(folder, { recursive: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a listening TCP server has one
  server.close()
  return port
}
