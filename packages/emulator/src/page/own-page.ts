import { isIP } from 'node:net'
import type { Call } from '../http/call.ts'

/**
 * Says why a request may not use the page and its controls; `undefined` when it may. Another site can reach
 * this server under its own name by making that name resolve here (DNS rebinding); then `Host` gives it
 * away, and otherwise `Origin` does. Neither may read the traffic or drive the emulator.
 */
export function foreign(call: Call, configuredHost: string): string | undefined {
  const { host = '', origin } = call.headers
  if (!isOwnHost(host.toLowerCase(), configuredHost.toLowerCase())) {
    return 'This Host is not one of the emulator.'
  }
  const isOwn = origin === undefined || origin === `http://${host}` || origin === `https://${host}`
  const site = call.headers['sec-fetch-site']
  // A link to the page may stand anywhere. Whatever changes or tells something may be asked for here only.
  const mayCross = call.path === '/' && call.method === 'GET'
  if (!isOwn || (site !== undefined && site !== 'same-origin' && site !== 'none' && !mayCross)) {
    return 'This request comes from another origin.'
  }
  const changes = call.method !== 'GET'
  if (changes && !/^application\/json\b/i.test(call.headers['content-type'] ?? '')) {
    return 'A request to the controls has the content type application/json.'
  }
  return undefined
}

// A name or an address and perhaps a port (RFC 9110, section 7.2), and nothing else: a URL's parser would
// find the address in `127.0.0.1:4180/evil` and in `evil@127.0.0.1`, too.
function isOwnHost(host: string, configured: string): boolean {
  const [, bracketed, plain = ''] = /^(?:\[([^\]]+)\]|([\w.-]+))(?::\d{1,5})?$/.exec(host) ?? []
  const name = bracketed ?? plain
  return (
    isIP(name) === (bracketed === undefined ? 4 : 6) || ['localhost', configured].includes(name)
  )
}
