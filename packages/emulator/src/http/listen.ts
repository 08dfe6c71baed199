import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Origins } from '../faults/fault-reply.ts'

/** A server that listens. */
export interface Listener extends Origins {
  /** Ends every connection and frees the port. */
  close(): Promise<void>
}

/** Starts the server; rejects when the port is taken. */
export async function listen(
  { host, port }: { host: string; port: number },
  handle: RequestListener,
): Promise<Listener> {
  // Longer than clients keep idle connections: one that the server closes first can fail a request
  // that was just being sent on it.
  const server = createServer({ keepAliveTimeout: 120_000, noDelay: true }, handle)
  server.on('clientError', refuseMalformed)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  // A thousand connections at once do not fit in the default queue of 511.
  server.listen({ host, port, backlog: 4096 }, resolve)
  await promise
  server.off('error', reject)
  const address = server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  const origin = `http://${name}:${address.port}`
  return {
    origin,
    otherHost: `http://localhost:${address.port}`,
    http: origin,
    close: () => close(server),
  }
}

function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeAllConnections()
  return promise
}

const malformed: Readonly<Record<string, readonly [string, string]>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'The headers are larger than 16 KiB.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time.'],
}

function refuseMalformed(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return
  const [status, message] = malformed[error.code ?? ''] ?? ['400 Bad Request', 'This is not HTTP.']
  const body = JSON.stringify({ error: { code: 'BadRequest', message } })
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
