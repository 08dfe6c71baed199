import type { IncomingMessage } from 'node:http'
import { isIPv4 } from 'node:net'
import { type AbsoluteForm, absoluteForm } from './head.ts'
import type { Origins } from './origins.ts'
import { json, type Reply } from './reply.ts'
import type { Side } from './side.ts'

/**
 * The answer to a request that is not for this server, or that does not say clearly whom it is for:
 * 400 for a `Host` that is no host (RFC 9112, section 3.2), 421 for the absolute form of a URL of somebody
 * else, which is sent by whoever takes the emulator for a proxy. Any other `Host` is taken: a container or
 * a forwarded port gives the emulator names that it does not know.
 */
export function misdirected(
  request: IncomingMessage,
  origins: Origins,
  side: Side,
): Reply | undefined {
  const hosts = request.rawHeaders.filter(
    (_, index, all) => index % 2 === 1 && isHost(all[index - 1]),
  )
  // The page checks the name as well, and says so in its own form.
  const wellFormed = side === 'page' || hosts.every(host => authority.test(host))
  if (hosts.length > 1 || !wellFormed) {
    return refuse(400, 'BadRequest', 'The Host header is not one host with its port.')
  }
  const target = absoluteForm(request)
  if (target === undefined || isOwn(target, origins)) return undefined
  return refuse(
    421,
    'MisdirectedRequest',
    'The emulator is no proxy: this URL is not one of its own.',
  )
}

// A name or an address, and perhaps a port (RFC 9110, section 7.2).
const authority = /^(?:\[[\da-f:.]+\]|[\w.~-]+)(?::\d{1,5})?$/i

function isHost(name: string | undefined): boolean {
  return name?.toLowerCase() === 'host'
}

function isOwn({ scheme, host }: AbsoluteForm, { origin, otherHost, http }: Origins): boolean {
  if (!authority.test(host) || !URL.canParse(`${scheme}://${host}`)) return false
  const target = new URL(`${scheme}://${host}`)
  if ([origin, otherHost, http].includes(target.origin)) return true
  // Every address of the loopback network is this machine.
  const loopback = isIPv4(target.hostname) && target.hostname.startsWith('127.')
  const { protocol, port } = new URL(origin)
  return loopback && target.protocol === protocol && target.port === port
}

function refuse(status: number, code: string, message: string): Reply {
  return { ...json(status, { error: { code, message } }), about: { refused: message } }
}
