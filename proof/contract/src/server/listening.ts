import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A server on loopback whose connections are counted. */
export interface Listening {
  readonly origin: string
  readonly port: number
  /** Connections opened so far. */
  connections(): number
  /** Connections open right now. */
  openConnections(): number
  /** Stops listening and ends all connections. May be called again. */
  close(): Promise<void>
}

/** Starts one on a free port. */
export async function listening(
  listener: RequestListener,
  { host = '127.0.0.1' }: { readonly host?: string } = {},
): Promise<Listening> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer({ keepAliveTimeout: 60_000 }, listener)
  server.on('connection', socket => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen({ host, port: 0, backlog: 2_048 }, resolve)
  await promise
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    connections: () => connections,
    openConnections: () => sockets.size,
    async close() {
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      server.closeAllConnections()
      await closed.promise
    },
  }
}
