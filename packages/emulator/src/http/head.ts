import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** A request as far as it is known before its body has arrived. */
export interface Head {
  readonly id: string
  readonly at: number
  readonly method: string
  /** Path and query exactly as received. */
  readonly url: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
}

/** Reads the request line; the absolute form that proxies are sent is taken for its path. */
export function readHead(request: IncomingMessage, now: number): Head {
  const url = (request.url ?? '/').replace(/^https?:\/\/[^/?#]*/i, '') || '/'
  const mark = url.indexOf('?')
  return {
    id: randomUUID(),
    at: now,
    method: request.method ?? 'GET',
    url,
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers: request.headers,
  }
}
