import type { IncomingHttpHeaders } from 'node:http'

const withheld = new Set(['cookie', 'proxy-authorization', 'x-identity-header'])

/** The headers of a request without what authenticates it: `authorization` keeps only its scheme. */
export function shownHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const shown: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || withheld.has(name)) continue
    const text = Array.isArray(value) ? value.join(', ') : value
    shown[name] = name === 'authorization' ? scheme(text) : text
  }
  return shown
}

// A value without a scheme is a bare credential, and nothing of it may be kept.
function scheme(authorization: string): string {
  const [first, ...rest] = authorization.trim().split(/\s+/)
  return rest.length > 0 && first ? first : '(no scheme)'
}
