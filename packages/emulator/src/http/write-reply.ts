import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Call } from './call.ts'
import type { Reply } from './reply.ts'

/** Sends a whole answer. */
export function writeReply(response: ServerResponse, call: Call, reply: Reply): void {
  writeHead(response, call, reply)
  if (reply.stream) reply.stream(response)
  else response.end(reply.body)
}

/** Sends the head of an answer and half of its body, then ends the connection. */
export function writeHalf(response: ServerResponse, call: Call, reply: Reply): void {
  writeHead(response, call, reply)
  const half = Buffer.from(reply.body).subarray(0, Math.floor(Buffer.byteLength(reply.body) / 2))
  response.write(half, () => response.destroy())
}

/** Ends a connection with a reset where the socket can, as a crashed server or a firewall does. */
export function resetConnection(request: IncomingMessage): void {
  const { socket } = request
  if ('encrypted' in socket) socket.destroy()
  else socket.resetAndDestroy()
}

function writeHead(response: ServerResponse, call: Call, reply: Reply): void {
  response.sendDate = false
  response.writeHead(reply.status, {
    date: new Date(call.now).toUTCString(),
    'x-ms-request-id': call.id,
    ...(hasLength(reply) && { 'content-length': Buffer.byteLength(reply.body) }),
    // Node takes a list for a repeated header; the type of its parameter is not readonly.
    ...(reply.headers as Record<string, string | string[]>),
  })
}

// RFC 9110 section 8.6: not with 204, and what is streamed has none yet.
function hasLength({ status, stream }: Reply): boolean {
  return status !== 204 && stream === undefined
}
