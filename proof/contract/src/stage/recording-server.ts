import { createHash } from 'node:crypto'
import { type Loopback, loopback, type Received } from '../server/loopback.ts'

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string
}

export type Answering = (request: Received) => Reply | 'reset' | Promise<Reply | 'reset'>

/** A server on loopback that keeps every request. How it answers can be changed at any time. */
export interface RecordingServer extends Loopback {
  /** Replaces how requests are answered from now on. */
  answer(answering: Answering): void
}

/** Starts one on a free port. */
export async function recordingServer(answering: Answering): Promise<RecordingServer> {
  let answer = answering
  const server = await loopback(async (request, response, received) => {
    const reply = await answer(received)
    if (reply === 'reset') return void request.socket.resetAndDestroy()
    const body = reply.body ?? ''
    response.writeHead(reply.status, {
      'content-length': Buffer.byteLength(body),
      ...reply.headers,
    })
    response.end(body)
  })
  return {
    ...server,
    answer(answering) {
      answer = answering
    },
  }
}

/** A 200 whose body describes the request. */
export function echo(request: Received): Reply {
  const { method, url, headers, bytes } = request
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ method, url, body: digest(bytes), type: headers['content-type'] }),
  }
}

/** Length and hash of a body, for comparing without printing it. */
export function digest(body: Buffer): string {
  return `${body.length} bytes ${createHash('sha256').update(body).digest('hex')}`
}
