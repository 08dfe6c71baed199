import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type AccessToken,
  type Auth,
  accessToken,
  type Credential,
  cloudPartnerAuth,
  cloudPartnerPortal,
  type TokenEvent,
} from '@cloud-partner-auth/core'
import { afterEach } from 'vitest'

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Loopback {
  readonly origin: string
  readonly received: readonly Received[]
  /** What each request carried in `Authorization`. */
  authorizations(): (string | undefined)[]
  /** The first `count` requests are there. */
  arrived(count: number): Promise<void>
}

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(server => server.close()))
})

/** A server on loopback that keeps what it receives, until the test ends. */
export async function loopback(answer: RequestListener = ok): Promise<Loopback> {
  const received: Received[] = []
  const waiting: (() => void)[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    received.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
    for (const look of waiting) look()
    answer(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  open.push({
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server that listens has one
    received,
    authorizations: () => received.map(({ headers }) => headers.authorization),
    arrived: count =>
      new Promise(resolve => {
        const look = () => received.length >= count && resolve()
        waiting.push(look)
        look()
      }),
  }
}

const ok: RequestListener = (_request, response) => {
  response.end('{"ok":true}')
}

/** Takes only the newest of `tokens`, and answers that with `accepted`. */
export function taking({ newest }: Tokens, accepted: RequestListener = ok): RequestListener {
  return (request, response) => {
    if (request.headers.authorization === `Bearer ${newest()}`) accepted(request, response)
    else response.writeHead(401, { 'www-authenticate': 'Bearer' }).end('{"error":"token"}')
  }
}

export interface Tokens extends Credential {
  acquire(): Promise<AccessToken>
  newest(): string
  /** No token handed out so far is good any more. */
  revoke(): void
}

/** A credential that hands out `canary-1`, `canary-2`, and so on. `gate` is awaited before each. */
export function tokens(gate: () => Promise<void> = async () => {}): Tokens {
  let issued = 0
  let valid = 0
  return {
    newest: () => (issued >= valid ? `canary-${issued}` : 'none'),
    revoke() {
      valid = issued + 1
    },
    async acquire(): Promise<AccessToken> {
      await gate()
      issued++
      return accessToken({ value: `canary-${issued}`, expiresAt: Date.now() + 3_600_000 })
    },
  }
}

export function authFor(
  credential: Credential,
  servers: readonly Pick<Loopback, 'origin'>[],
  observe: (event: TokenEvent) => void = () => {},
): Auth {
  const origins = servers.map(({ origin }) => origin)
  return cloudPartnerAuth({ credential, observe, apis: [{ ...cloudPartnerPortal, origins }] })
}

/** Covers everything, and renews as often as it is asked, without core's pauses after a refusal. */
export function tirelessAuth(): Auth {
  const next = tokens()
  let current = next.acquire()
  const renew = () => {
    current = next.acquire()
    return current
  }
  const source = { get: () => current, renew }
  return { resend: true, observe() {}, covering: () => ({ api: cloudPartnerPortal, source }) }
}

/** A promise that the test settles. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { opened, open: () => open() }
}
