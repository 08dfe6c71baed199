import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

/** A proxy on loopback that tunnels, keeps what it can read, and answers what it is asked to pass on as the API would. */
export interface ReadingProxy extends AsyncDisposable {
  readonly url: URL
  /** All that it was sent, through its tunnels too. */
  heard(): string
  /** How many tunnels it has made. */
  tunnels(): number
}

/** Starts one on a free port of `localhost`, which is spoken to in TLS if there is a certificate. */
export async function readingProxy(certificate?: {
  readonly cert: string
  readonly key: string
}): Promise<ReadingProxy> {
  let heard = ''
  let tunnels = 0
  const sockets = new Set<Socket>()
  const hear = (chunk: Buffer) => {
    heard += chunk.toString('latin1')
  }

  const serve = (socket: Socket) => {
    sockets.add(socket.on('error', () => {}))
    socket.once('data', head => {
      hear(head)
      socket.on('data', hear)
      const [, host, port] = /^CONNECT ([^:]+):(\d+)/.exec(head.toString('latin1')) ?? []
      if (!host) {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nread')
        return
      }
      tunnels++
      const target = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        socket.pipe(target).pipe(socket)
      })
      sockets.add(target.on('error', () => socket.destroy()))
    })
  }
  const server = certificate ? createTlsServer(certificate, serve) : createServer(serve)
  await once(server.listen(0, 'localhost'), 'listening')
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  return {
    url: new URL(`http${certificate ? 's' : ''}://localhost:${port}`),
    heard: () => heard,
    tunnels: () => tunnels,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
