import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import {
  type AccessToken,
  accessToken,
  type CloudPartnerAuth,
  type CloudPartnerAuthOptions,
  cloudPartnerAuth,
  cloudPartnerPortal,
} from '@cloud-partner-auth/core'

/** An API on loopback that takes the token `good` and keeps what it received. */
export interface Portal extends AsyncDisposable {
  readonly origin: string
  readonly received: readonly Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'>[]
  /** Connections opened so far. */
  readonly connections: number
  /** An auth that covers it, whose first token is refused; `options.credential` may be another one. */
  auth(options?: CloudPartnerAuthOptions): CloudPartnerAuth
  /** What it answers in place of the plain 401. */
  refuse(answer: (response: ServerResponse) => void): void
  /** What it answers to `/moved`. */
  redirectTo(location: string): void
}

export function token(value: string): AccessToken {
  const now = Date.now()
  return accessToken({ value, acquiredAt: now, expiresAt: now + 3_600_000 })
}

export async function startPortal(): Promise<Portal> {
  const received: Portal['received'][number][] = []
  const sockets = new Set<Socket>()
  let connections = 0
  let location: string | undefined
  let refuse: (response: ServerResponse) => void = response =>
    response.writeHead(401).end('refused')

  const server = createServer((request, response) => {
    received.push(request)
    request.resume().on('end', () => {
      if (location && request.url?.startsWith('/moved'))
        return response.writeHead(307, { location }).end()
      if (request.headers.authorization === 'Bearer good') return response.end('ok')
      return refuse(response)
    })
  })
  server.on('connection', socket => {
    connections++
    sockets.add(socket)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    origin,
    received,
    get connections() {
      return connections
    },
    auth(options = {}) {
      const tokens = ['stale', 'good']
      const acquire = async () => token(tokens.shift() ?? 'good')
      return cloudPartnerAuth({
        credential: { acquire },
        apis: [{ ...cloudPartnerPortal, origins: [origin] }],
        ...options,
      })
    },
    refuse(answer) {
      refuse = answer
    },
    redirectTo(to) {
      location = to
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await once(server.close(), 'close')
    },
  }
}
