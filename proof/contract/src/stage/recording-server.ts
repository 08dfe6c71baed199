import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { settled } from '../expectations/outcome.ts'
import { type Listening, listening } from './listening.ts'

/** A request as it came over the wire. */
export interface Received {
  readonly method: string
  /** Path and query, byte for byte. */
  readonly url: string
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[]
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string
}

export type Answering = (request: Received) => Reply | 'reset' | Promise<Reply | 'reset'>

/** A server on loopback that keeps every request, and answers as it is told at the time. */
export interface RecordingServer extends Listening {
  readonly received: readonly Received[]
  /** Resolves once so many requests were received in all; rejects when they do not come. */
  arrived(count: number): Promise<void>
  /** Replaces how requests are answered from now on. */
  answer(answering: Answering): void
}

/** Starts one on a free port. It reads each body to its end before it answers, or a sender would see a reset. */
export async function recordingServer(answering: Answering): Promise<RecordingServer> {
  let answer = answering
  const received: Received[] = []
  const arrivals: { count: number; resolve: () => void }[] = []
  const server = await listening((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', rawHeaders, headers } = request
    const taken = { method, url, rawHeaders, headers, body: Buffer.concat(chunks) }
    received.push(taken)
    for (const { count, resolve } of arrivals) if (received.length >= count) resolve()
    const reply = await answer(taken)
    if (reply === 'reset') return void request.socket.resetAndDestroy()
    const body = reply.body ?? ''
    response.writeHead(reply.status, {
      'content-length': Buffer.byteLength(body),
      ...reply.headers,
    })
    response.end(body)
  }

  return {
    ...server,
    received,
    arrived(count) {
      const { promise, resolve } = Promise.withResolvers<void>()
      if (received.length >= count) resolve()
      else arrivals.push({ count, resolve })
      return settled(promise, `${count} requests`)
    },
    answer(answering) {
      answer = answering
    },
  }
}

/** Says what reached the server. */
export function echo(request: Received): Reply {
  const { method, url, headers, body } = request
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ method, url, body: digest(body), type: headers['content-type'] }),
  }
}

/** What a server can tell of a body without showing it. */
export function digest(body: Buffer): string {
  return `${body.length} bytes ${createHash('sha256').update(body).digest('hex')}`
}
