/** `url` taken apart; `undefined` for what no URL parser takes, or is no text. */
export function parsedUrl(url: unknown): URL | undefined {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
}

/** Whether `url` is plain http to this machine: the one case in which a token or secret may go without TLS. */
export function isLoopback(url: URL): boolean {
  return url.protocol === 'http:' && /^(127(\.\d+){3}|\[::1\]|localhost)$/.test(url.hostname)
}
