import { isIP } from 'node:net'
import type { Call } from '../http/call.ts'

/**
 * Why a request may not use the page and its controls, or nothing when it may. A page of another site
 * reaches this server under its own name when that name is made to resolve here (DNS rebinding), or
 * says in `Origin` where it is from; neither may read the traffic or drive the emulator.
 */
export function foreign(call: Call, configuredHost: string): string | undefined {
  const { host = '', origin } = call.headers
  const name = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : ''
  const isAddress = isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0
  if (!isAddress && name !== 'localhost' && name !== configuredHost.toLowerCase()) {
    return 'This Host is not one of the emulator.'
  }
  const isOwn = origin === undefined || origin === `http://${host}` || origin === `https://${host}`
  const site = call.headers['sec-fetch-site']
  // A person may follow a link to the page from anywhere; what changes or tells something may not.
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
