import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
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
  /** The body's bytes, and the same as UTF-8. */
  readonly bytes: Buffer
  readonly body: string
}

/** A server on loopback that keeps every request. `await using` closes it. */
export interface Loopback extends Listening, AsyncDisposable {
  readonly received: readonly Received[]
  /** The Authorization of each request received, in order. */
  authorizations(): (string | undefined)[]
  /** Resolves once so many requests were received in all; rejects when they do not come. */
  arrived(count: number): Promise<void>
}

/**
 * Starts one on a free port. `answer` is called with a request whose body has been read to its end, or its sender would
 * see a reset; by default it answers `{"ok":true}`.
 */
export async function loopback(
  answer: (request: IncomingMessage, response: ServerResponse, received: Received) => unknown = ok,
  options?: { readonly host?: string },
): Promise<Loopback> {
  const received: Received[] = []
  const arrivals: { count: number; resolve: () => void }[] = []

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const bytes = await bodyOf(request)
    if (!bytes) return
    const { method = '', url = '', rawHeaders, headers } = request
    const taken = { method, url, rawHeaders, headers, bytes, body: bytes.toString() }
    received.push(taken)
    for (const { count, resolve } of arrivals) if (received.length >= count) resolve()
    await answer(request, response, taken)
  }

  const server = await listening((request, response) => void serve(request, response), options)
  return {
    ...server,
    received,
    authorizations: () => received.map(({ headers }) => headers.authorization),
    arrived(count) {
      const { promise, resolve } = Promise.withResolvers<void>()
      if (received.length >= count) resolve()
      else arrivals.push({ count, resolve })
      return settled(promise, `${count} requests`)
    },
    [Symbol.asyncDispose]: () => server.close(),
  }
}

/** Answers `{"ok":true}`. */
export const ok: RequestListener = (_request, response) => {
  response.end('{"ok":true}')
}

/** `undefined` when the sender went away before the end. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk)
  } catch {
    return undefined
  }
  return Buffer.concat(chunks)
}
