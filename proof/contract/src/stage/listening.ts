import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A server on loopback whose connections are counted. */
export interface Listening {
  readonly origin: string
  /** Connections open right now. */
  connections(): number
  close(): Promise<void>
}

/** Starts one on a free port. */
export async function listening(listener: RequestListener): Promise<Listening> {
  const sockets = new Set<Socket>()
  const server = createServer({ keepAliveTimeout: 60_000 }, listener)
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen({ host: '127.0.0.1', port: 0, backlog: 2_048 }, resolve)
  await promise
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server that listens has one
    connections: () => sockets.size,
    async close() {
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      server.closeAllConnections()
      await closed.promise
    },
  }
}
