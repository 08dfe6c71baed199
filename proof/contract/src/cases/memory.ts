import type { RequestListener } from 'node:http'
import { Readable } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import type { Stage } from '../stage/stage.ts'
import type { Client } from '../subject.ts'

const size = 64 * 1024 * 1024
// The process's other memory may come and go by this much meanwhile; a copy of the body is far more.
const slack = size / 4

export const memoryCases: readonly ContractCase[] = [
  {
    title:
      'holds at most one more copy of a body in memory than the client alone, or as many as declared, though it is sent twice',
    async run(stage) {
      const body = () => Buffer.alloc(size, 'x')
      const { copies = 1 } = stage.traits
      const held = await more(stage, body)
      expect(held).toBeLessThan(copies * size + slack)
      if (copies > 1) expect(held, 'no reason to declare so many').toBeGreaterThan(size + slack)
    },
  },
  {
    title: 'holds no more of a streamed body than the client alone',
    async run(stage) {
      const body = () => Readable.from(chunks())
      expect(await more(stage, body)).toBeLessThan(slack)
    },
  },
]

/** How many more bytes ours holds than the bare client, each at its worst moment, while `body` is sent and refused once. */
async function more(stage: Stage, body: () => unknown): Promise<number> {
  const gauge = gauged()
  const server = await stage.serve(gauge.listener)
  const auth = stage.makeAuth({ origins: [server.origin] })
  // The first request frees what earlier ones left behind, which would count as held by the bare client.
  await gauge.most(stage.bare(), server.origin, body())
  const alone = await gauge.most(stage.bare(), server.origin, body())
  return (await gauge.most(stage.ours({ auth }), server.origin, body())) - alone
}

interface Gauge {
  readonly listener: RequestListener
  /** The most bytes that the process holds at one time while the client sends this body. */
  most(client: Client, url: string, body: unknown): Promise<number>
}

/** The server measures after each third of a body. Meanwhile it does not read, so the sender cannot go on. */
function gauged(): Gauge {
  let [most, uploads] = [0, 0]

  async function answer(...[request, response]: Parameters<RequestListener>): Promise<void> {
    let [received, next] = [0, 0]
    for await (const chunk of request) {
      received += chunk.length
      if (received < next) continue
      most = Math.max(most, held())
      next += size / 3
    }
    response.writeHead(received === size && uploads++ === 0 ? 401 : 200).end()
  }

  return {
    listener: (request, response) => {
      answer(request, response).catch(() => response.destroy())
    },
    async most(client, url, body) {
      ;[most, uploads] = [0, 0]
      const headers = { 'content-type': 'application/octet-stream' }
      await client.send({ method: 'POST', url, headers, body })
      expect(uploads, 'the body arrived whole').toBeGreaterThan(0)
      await client.send({ url }) // a connection may keep the last body that it sent until there is another request
      return most
    },
  }
}

/** The bytes that the process still refers to. */
function held(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void // the flag above makes it exist
  // After the first collection buffers are freed on another thread; the second one waits for that.
  collect()
  collect()
  const { external, heapUsed } = process.memoryUsage()
  return external + heapUsed
}

function* chunks(): Generator<Buffer> {
  for (let left = size; left > 0; left -= 65_536) yield Buffer.alloc(65_536, 'x')
}
