import { createServer, type RequestListener, type ServerOptions } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import {
  type AddressInfo,
  createServer as createSocketServer,
  type Server,
  type Socket,
} from 'node:net'
import type { SelfSignedCertificate } from '../certificate/self-signed-certificate.ts'
import type { Origins } from './origins.ts'
import { refuseMalformed } from './refuse-malformed.ts'

/** Where and how to listen. */
export interface ListenOptions {
  readonly host: string
  readonly port: number
  /** With it the origin is https. */
  readonly certificate?: SelfSignedCertificate
}

/** A server that listens. */
export interface Listener extends Origins {
  /** Lets the process end while this listens or holds connections. */
  unref(): void
  /** Ends every connection and frees the port. */
  close(): Promise<void>
}

// Longer than clients keep idle connections: one that the server closes first can fail a request
// that was just being sent on it.
const serverOptions: ServerOptions = { keepAliveTimeout: 120_000, noDelay: true }

/** Starts the server; rejects when the port is taken. */
export async function listen(options: ListenOptions, handle: RequestListener): Promise<Listener> {
  const { host, port, certificate } = options
  const server = certificate ? bothProtocols(certificate, handle) : plain(handle)
  const sockets = new Set<Socket>()
  let holdsProcess = true
  server.on('connection', (socket: Socket) => {
    if (!holdsProcess) socket.unref()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  // A thousand connections at once do not fit in the default queue of 511.
  server.listen({ host, port, backlog: 4096 }, resolve)
  await promise
  server.off('error', reject)
  return {
    ...origins(server.address() as AddressInfo, certificate ? 'https' : 'http'),
    unref() {
      holdsProcess = false
      server.unref()
      for (const socket of sockets) socket.unref()
    },
    close() {
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      for (const socket of sockets) socket.destroy()
      return closed.promise
    },
  }
}

function plain(handle: RequestListener): Server {
  return createServer(serverOptions, handle).on('clientError', refuseMalformed)
}

// A redirect to plain http has to arrive somewhere, so that what a client sends there can be seen:
// the first byte of a connection tells which of the two it speaks.
function bothProtocols(certificate: SelfSignedCertificate, handle: RequestListener): Server {
  const pem = { cert: certificate.certificate, key: certificate.privateKey }
  const secure = createSecureServer({ ...serverOptions, ...pem }, handle)
  secure.on('clientError', refuseMalformed)
  const insecure = plain(handle)
  const tlsHandshake = 0x16
  return createSocketServer({ noDelay: true }, socket => {
    socket.on('error', () => socket.destroy())
    socket.once('data', (first: Buffer) => {
      socket.pause()
      socket.unshift(first)
      const server = first[0] === tlsHandshake ? secure : insecure
      server.emit('connection', socket)
      process.nextTick(() => socket.resume())
    })
  })
}

function origins({ address, family, port }: AddressInfo, scheme: 'http' | 'https'): Origins {
  const reachable = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address
  const name = family === 'IPv6' ? `[${reachable}]` : reachable
  return {
    origin: `${scheme}://${name}:${port}`,
    otherHost: `${scheme}://localhost:${port}`,
    http: `http://${name}:${port}`,
  }
}
