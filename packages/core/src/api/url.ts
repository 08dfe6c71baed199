import { seen } from '../seen.ts'

/** `url` taken apart; `undefined` for what no URL parser takes, or is no text. */
export function parsedUrl(url: unknown): URL | undefined {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
}

/** Whether `url` is plain http to this machine: the one case in which a token or secret may go without TLS. */
export function isLoopback(url: URL): boolean {
  return url.protocol === 'http:' && /^(127(\.\d+){3}|\[::1\]|localhost)$/.test(url.hostname)
}

/** What a text is that is no origin for a token or secret, for a message behind its name; it shows nothing of the text. */
export function seenInPlaceOfOrigin(value: unknown): string {
  const odd = seen(value)
  if (odd !== undefined) return odd
  if (String(value).includes('*')) return 'holds a wildcard'
  const url = parsedUrl(value)
  if (!url || !/^https?:$/.test(url.protocol)) return 'does not begin with https:// (or http://)'
  if (url.username || url.password) return 'holds a user name'
  if (url.pathname !== '/' || url.search || url.hash) return 'has a path or query behind the host'
  if (url.protocol === 'http:' && !isLoopback(url)) return 'is http and not on a loopback address'
  return String(value).endsWith('/')
    ? 'ends in a slash'
    : 'is not written as URL.origin gives it (small letters, no default port)'
}
