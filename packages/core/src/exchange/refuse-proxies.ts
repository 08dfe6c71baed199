import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import { CloudPartnerAuthError } from '../cloud-partner-auth-error.ts'

/**
 * Ends a request of Node's http with a token, before its first byte is sent, where a proxy would read it. `remedy` says
 * what to do with this client, and `refused` is told of the error.
 *
 * Agents decide late, and by themselves or by the environment, where to connect. So what counts is the socket that the
 * request got: whether it is encrypted, or leads to the very port of this machine that the URL names.
 */
export function refuseProxies(
  request: ClientRequest,
  remedy: string,
  refused: (error: CloudPartnerAuthError) => void = () => {},
): void {
  // Before the listeners of Node's own that send.
  request.prependOnceListener('socket', socket => {
    if (socket.connecting && isPath(request)) socket.prependOnceListener('connect', check)
    else check()

    function check(): void {
      if (request.destroyed || !readsToken(request, socket)) return
      const error = proxyReadsToken(String(request.getHeader('host')), remedy)
      refused(error)
      // What waits for the connection would fail first, with an error of a closed socket; and it holds the token.
      Object.assign(socket, { _pendingData: null, _writeGeneric() {} })
      request.destroy(error)
    }
  })
}

/** The error of a request to `host` that was not sent, since a proxy would have read its token. */
export function proxyReadsToken(host: string, remedy: string): CloudPartnerAuthError {
  return new CloudPartnerAuthError(
    'proxy_reads_token',
    `A proxy would have read the token of the request for ${host}, so it was not sent. ${remedy}`,
    { retryable: false },
  )
}

function readsToken(request: ClientRequest, socket: Socket & { encrypted?: boolean }): boolean {
  if (!isPath(request)) return true
  const { remoteAddress, remotePort } = socket
  if (remotePort === undefined) return false // a mock's, or a stream of the caller's own
  if (request.protocol === 'https:') return !socket.encrypted
  const [, host, port = '80'] = /^(.*?)(?::(\d+))?$/.exec(String(request.getHeader('host'))) ?? []
  const isNamed = host?.replace(/[[\]]/g, '') === request.host // and not by a Host header of the caller's own
  return !loopback.test(remoteAddress ?? '') || (isNamed && remotePort !== Number(port))
}

/** A request-target is a path, but for a proxy that is to read the request: a whole URL then (RFC 9112, 3.2.2). */
function isPath({ path }: ClientRequest): boolean {
  return path.startsWith('/')
}

const loopback = /^(::ffff:)?127\.|^::1$/
