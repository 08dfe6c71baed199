import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type AccessToken,
  type Auth,
  accessToken,
  type CloudPartnerAuthOptions,
  type Credential,
  cloudPartnerAuth,
  cloudPartnerPortal,
} from '@cloud-partner-auth/core'

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Loopback extends AsyncDisposable {
  readonly origin: string
  readonly port: number
  readonly received: readonly Received[]
  /** Sockets that were ever opened. */
  connections(): number
}

/** A server on loopback that keeps what it receives. */
export async function loopback(answer: RequestListener, host = '127.0.0.1'): Promise<Loopback> {
  const received: Received[] = []
  let connections = 0
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    received.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
    answer(request, response)
  })
  server.on('connection', () => connections++)
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    received,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** What a server answers that takes only the newest token of {@link tokens}. */
export function accepts(current: () => string): RequestListener {
  return (request, response) => {
    const accepted = request.headers.authorization === `Bearer ${current()}`
    if (!accepted) response.writeHead(401, { 'www-authenticate': 'Bearer' })
    response.end(accepted ? '{"ok":true}' : '{"error":"token"}')
  }
}

export interface Tokens extends Credential {
  /** Every token handed out, in order. */
  readonly issued: readonly string[]
  newest(): string
  acquire(): Promise<AccessToken>
}

/** A credential that hands out `canary-1`, `canary-2`, and so on. `gate` is awaited before each. */
export function tokens(gate: () => Promise<void> = async () => {}): Tokens {
  const issued: string[] = []
  return {
    issued,
    newest: () => issued.at(-1) ?? '',
    async acquire() {
      await gate()
      const value = `canary-${issued.length + 1}`
      issued.push(value)
      return accessToken({ value, expiresAt: Date.now() + 3_600_000 })
    },
  }
}

export function authFor(
  credential: Credential,
  origins: readonly string[],
  options: CloudPartnerAuthOptions = {},
): Auth {
  return cloudPartnerAuth({ ...options, credential, apis: [{ ...cloudPartnerPortal, origins }] })
}

/** A promise that the test settles. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { opened, open: () => open() }
}

/** An auth that renews as often as it is asked; one of core's pauses after a refusal. */
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
