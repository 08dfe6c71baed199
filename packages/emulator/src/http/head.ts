import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** A request as far as it is known before its body has arrived. */
export interface Head {
  readonly id: string
  readonly at: number
  readonly method: string
  /** Path and query exactly as received; of an absolute form without what comes before the path. */
  readonly url: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
}

/** Scheme and host of a request line that holds a whole URL, as those to a proxy do. */
export interface AbsoluteForm {
  readonly scheme: string
  readonly host: string
}

const absolute = /^(https?):\/\/([^/?#]*)/i

/** Reads the request line and the headers. */
export function readHead(request: IncomingMessage, now: number): Head {
  const url = (request.url ?? '/').replace(absolute, '') || '/'
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

/** Scheme and host of the request line; nothing when it holds a path only. */
export function absoluteForm({ url = '' }: IncomingMessage): AbsoluteForm | undefined {
  const [, scheme, host] = absolute.exec(url) ?? []
  return scheme === undefined || host === undefined ? undefined : { scheme, host }
}
