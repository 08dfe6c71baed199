import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import {
  type Auth,
  accessToken,
  type CloudPartnerAuthOptions,
  cloudPartnerAuth,
  cloudPartnerPortal,
  type TokenEvent,
} from '@cloud-partner-auth/core'

export interface Received {
  readonly method: string
  /** Path and query, byte for byte. */
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** Writes the answer to a request; one that returns `false` leaves it to the portal. */
type Answering = (request: Received, response: ServerResponse) => unknown

/** An API on loopback that refuses every token before the `current` one, and keeps what it received. */
export interface Portal extends AsyncDisposable {
  readonly origin: string
  readonly received: readonly Received[]
  readonly events: readonly TokenEvent[]
  /** Connections open right now. */
  readonly sockets: number
  /** Connections opened so far. */
  readonly connections: number
  /** An auth that covers it, with tokens `token-1`, `token-2`, … of its own. */
  auth(options?: CloudPartnerAuthOptions): Auth
  /** From now on only `token-2` is good, of which every auth has to ask for first. */
  refuseFirst(): void
  answer(answering: Answering): void
}

export async function startPortal(): Promise<Portal> {
  const received: Received[] = []
  const events: TokenEvent[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  let good = 1
  let answer: Answering = () => false

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      return // the caller is gone
    }
    const { method = '', url = '', headers } = request
    const taken = { method, url, headers, body: Buffer.concat(chunks) }
    received.push(taken)
    if (answer(taken, response) !== false) return
    const token = /^Bearer token-(\d+)$/.exec(headers.authorization ?? '')?.[1]
    response.statusCode = Number(token) >= good ? 200 : 401
    response.end(response.statusCode === 200 ? 'ok' : 'refused')
  })
  server.on('connection', socket => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  const origin = `http://127.0.0.1:${port}`

  return {
    origin,
    received,
    events,
    get sockets() {
      return sockets.size
    },
    get connections() {
      return connections
    },
    auth(options) {
      let issued = 0
      return cloudPartnerAuth({
        credential: {
          acquire: async () =>
            accessToken({ value: `token-${++issued}`, expiresAt: Date.now() + 3_600_000 }),
        },
        apis: [{ ...cloudPartnerPortal, origins: [origin] }],
        observe: event => events.push(event),
        ...options,
      })
    },
    refuseFirst() {
      good = 2
    },
    answer(answering) {
      answer = answering
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
