/** Whether `url` is plain http to this machine: the one case in which a token or secret may go without TLS. */
export function isLoopback(url: URL): boolean {
  return url.protocol === 'http:' && /^(127(\.\d+){3}|\[::1\]|localhost)$/.test(url.hostname)
}
