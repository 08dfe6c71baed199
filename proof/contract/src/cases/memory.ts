import type { RequestListener } from 'node:http'
import { Readable } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import type { Stage } from '../stage/stage.ts'
import type { Client } from '../subject.ts'

const size = 64 * 1024 * 1024
// What may come and go in the meantime, far from a whole copy.
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

/** Bytes held in addition to what the bare client holds, at the worst time, while `body` is sent and refused once. */
async function more(stage: Stage, body: () => unknown): Promise<number> {
  const gauge = gauged()
  const server = await stage.serve(gauge.listener)
  const auth = stage.makeAuth({ origins: [server.origin] })
  // What earlier requests left behind goes away with the first one, and would count as held by the client alone.
  await gauge.most(stage.bare(), server.origin, body())
  const alone = await gauge.most(stage.bare(), server.origin, body())
  return (await gauge.most(stage.ours({ auth }), server.origin, body())) - alone
}

interface Gauge {
  readonly listener: RequestListener
  /** Bytes held at the worst time, with all else that the process holds. */
  most(client: Client, url: string, body: unknown): Promise<number>
}

/** Measures each time the server has a part of a body; whoever sends it goes on only when it reads on. */
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

/** Bytes that something still refers to. */
function held(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void // there by the flag
  // The first collection leaves the freeing of buffers to go on beside it, the second waits for that.
  collect()
  collect()
  const { external, heapUsed } = process.memoryUsage()
  return external + heapUsed
}

function* chunks(): Generator<Buffer> {
  for (let left = size; left > 0; left -= 65_536) yield Buffer.alloc(65_536, 'x')
}
