import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

/** An http proxy on loopback, with and without tunnels, that keeps every byte it could read. */
export interface LoopbackProxy extends AsyncDisposable {
  readonly origin: string
  /** What clients sent through it, as text. */
  readonly seen: () => string
  /** The hosts that tunnels were asked for. */
  readonly tunnels: readonly string[]
}

export async function startProxy(): Promise<LoopbackProxy> {
  const chunks: Buffer[] = []
  const tunnels: string[] = []
  const sockets = new Set<Socket>()

  const server = createServer((incoming, response) => {
    const { url = '', method, headers, rawHeaders } = incoming
    chunks.push(Buffer.from(`${method} ${url}\n${rawHeaders.join('\n')}\n`))
    const onward = request(url, { method, headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    incoming.pipe(onward)
  })
  server.on('connection', socket => sockets.add(socket))
  server.on('connect', (asked, socket: Socket) => {
    tunnels.push(asked.url ?? '')
    const { hostname, port } = new URL(`http://${asked.url}`)
    const target = connect(Number(port), hostname, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
    sockets.add(target)
    socket.on('data', chunk => chunks.push(chunk))
    socket.pipe(target).pipe(socket)
    socket.on('error', () => target.destroy())
    target.on('error', () => socket.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: () => Buffer.concat(chunks).toString('latin1'),
    tunnels,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await once(server.close(), 'close')
    },
  }
}
