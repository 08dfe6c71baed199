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

const absoluteForm = /^https?:\/\/([^/?#]*)/i

/** Reads the request line and the headers. */
export function readHead(request: IncomingMessage, now: number): Head {
  const url = (request.url ?? '/').replace(absoluteForm, '') || '/'
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

/** The host and port of the absolute form, which is how a proxy is asked; nothing for a plain path. */
export function absoluteAuthority({ url = '' }: IncomingMessage): string | undefined {
  return absoluteForm.exec(url)?.[1]
}
