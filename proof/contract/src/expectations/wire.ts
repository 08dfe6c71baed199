import type { Received } from '../server/loopback.ts'
import { digest } from '../stage/recording-server.ts'

/** A request in a form to compare: method, URL, headers in order and as sent, without the token. */
export function wire(request: Received | undefined): object {
  if (!request) return { received: 'nothing' }
  const { method, url, rawHeaders } = request
  const headers: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2)
    if (name.toLowerCase() !== 'authorization') headers.push(`${name}: ${withoutBoundary(value)}`)
  }
  return { method, url, headers, body: digest(withoutBoundaries(request)) }
}

/** Every client draws the boundary of a form at random. */
function withoutBoundary(value: string): string {
  return value.replace(/boundary=\S+/, 'boundary=')
}

function withoutBoundaries({ headers, bytes }: Received): Buffer {
  const boundary = /boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1]
  return boundary ? Buffer.from(bytes.toString('latin1').replaceAll(boundary, ''), 'latin1') : bytes
}

/** The URL that must reach a covered server when the bare client would send `url`. */
export function versioned(url: string, version = '2017-10-31'): string {
  const [, query] = /\?(.*)$/s.exec(url) ?? []
  const separator = query === undefined ? '?' : query === '' || query.endsWith('&') ? '' : '&'
  return `${url}${separator}api-version=${version}`
}
