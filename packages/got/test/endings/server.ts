import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import {
  constants,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { localhostCertificate } from '@cloud-partner-auth/contract'

export type Protocol = 'http' | 'https' | 'h2'

/** A server that ends requests as their path says: `/hang`, `/reset`, and so on. */
export interface EndingServer extends AsyncDisposable {
  readonly origin: string
  /** What each request carried in `Authorization`, in order. */
  readonly authorizations: readonly (string | undefined)[]
  /** Resolves when a request has come. */
  arrived(): Promise<void>
  /** Resolves when part of an answer's body has been sent. */
  answering(): Promise<void>
}

type Request = IncomingMessage | Http2ServerRequest
type Response = ServerResponse & Http2ServerResponse

export const certificate: ReturnType<typeof localhostCertificate> = localhostCertificate()

/** Starts one on a free port. `elsewhere` is where `/to-elsewhere` redirects to. */
export async function endingServer(
  protocol: Protocol,
  host: string,
  elsewhere = '',
): Promise<EndingServer> {
  const authorizations: (string | undefined)[] = []
  const arrived = Promise.withResolvers<void>()
  const answering = Promise.withResolvers<void>()
  const sockets = new Set<Socket>()

  const listener = (request: Request, response: ServerResponse | Http2ServerResponse) => {
    authorizations.push(request.headers.authorization)
    arrived.resolve()
    const path = request.url?.replace(/\?.*/, '')
    if (path !== '/stall') request.resume()
    answer(path ?? '', request, response as Response)
  }
  const server =
    protocol === 'http'
      ? createHttpServer(listener)
      : protocol === 'https'
        ? createHttpsServer(certificate, listener)
        : createSecureServer(certificate, listener)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.on('sessionError', () => {})
  let settled = 0
  server.on('session', session => session.once('localSettings', () => settled++))
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  return {
    origin: `${protocol === 'http' ? 'http' : 'https'}://${host}:${port}`,
    authorizations,
    arrived: () => arrived.promise,
    answering: () => answering.promise,
    async [Symbol.asyncDispose]() {
      server.close()
      if (protocol === 'h2') await allSettled()
      // Not destroyed: of a TLS socket that got made and forgot nobody hears the error.
      for (const socket of sockets) socket.end()
    },
  }

  /** Of a session that ends before its settings have come, got 11 to 16 throw an error that nobody can catch. */
  async function allSettled(): Promise<void> {
    const unsettled = () => [...sockets].filter(({ destroyed }) => !destroyed).length > settled
    for (let turns = 0; unsettled() && turns < 1_000; turns++) await delay(1)
  }

  function reset(): void {
    for (const socket of sockets) socket.resetAndDestroy()
  }

  // Got 15 and 16 never end a request whose whole session is reset within the answer.
  function cut(response: Response): void {
    if (protocol === 'h2') response.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    else reset()
  }

  function answer(path: string, request: Request, response: Response): void {
    const nth = authorizations.length
    switch (path) {
      case '/ok':
        response.end('{"ok":true}')
        break
      case '/fail':
        response.writeHead(500).end('{}')
        break
      case '/refuse':
        response.writeHead(401).end('{}')
        break
      case '/refuse-first':
        response
          .writeHead(request.headers.authorization === 'Bearer canary-1' ? 401 : 200)
          .end('{}')
        break
      case '/fail-first':
        response.writeHead(nth === 1 ? 503 : 200).end('{}')
        break
      case '/garble':
        response.end('{"ok":')
        break
      case '/break':
        response.writeHead(200, { 'content-encoding': 'gzip' }).end('this is no gzip')
        break
      case '/reset':
        reset()
        break
      case '/drip':
      case '/cut':
        response.writeHead(200, { 'content-length': 100 })
        response.write('{"ok":', () => {
          answering.resolve()
          if (path === '/cut') setTimeout(cut, 20, response)
        })
        break
      case '/loop':
        response.writeHead(302, { location: '/loop' }).end()
        break
      case '/to-ok':
        response.writeHead(302, { location: '/ok' }).end()
        break
      case '/to-elsewhere':
        response.writeHead(302, { location: elsewhere }).end()
        break
    }
  }
}
