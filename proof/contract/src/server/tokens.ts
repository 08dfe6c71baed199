import type { RequestListener } from 'node:http'
import {
  type AccessToken,
  accessToken,
  type CloudPartnerAuth,
  type CloudPartnerAuthOptions,
  type Credential,
  cloudPartnerAuth,
  cloudPartnerPortal,
} from '@cloud-partner-auth/core'
import { ok } from './loopback.ts'

/** A credential that hands out `canary-1`, `canary-2`, and so on. */
export interface Tokens extends Credential {
  acquire(): Promise<AccessToken>
  /** Every token handed out, in order. */
  readonly issued: readonly string[]
  /** The only token that is good; `'none'` while there is none. */
  newest(): string
  /** Makes every token handed out so far a bad one. */
  revoke(): void
}

/** Makes such a credential, which awaits `gate` before it hands out a token. */
export function tokens(gate: () => Promise<void> = async () => {}): Tokens {
  const issued: string[] = []
  let revoked = 0
  return {
    issued,
    newest: () => issued.slice(revoked).at(-1) ?? 'none',
    revoke() {
      revoked = issued.length
    },
    async acquire() {
      await gate()
      const value = `canary-${issued.length + 1}`
      issued.push(value)
      return accessToken({ value, expiresAt: Date.now() + 3_600_000 })
    },
  }
}

/** Answers a request with the newest of `tokens` as `accepted` does, any other with a 401. */
export function taking(
  { newest }: Pick<Tokens, 'newest'>,
  accepted: RequestListener = ok,
): RequestListener {
  return (request, response) => {
    if (request.headers.authorization === `Bearer ${newest()}`) accepted(request, response)
    else response.writeHead(401, { 'www-authenticate': 'Bearer' }).end('{"error":"token"}')
  }
}

/** An auth that covers these servers or origins. */
export function authFor(
  credential: Credential,
  servers: readonly (string | { readonly origin: string })[],
  options: CloudPartnerAuthOptions = {},
): CloudPartnerAuth {
  const origins = servers.map(server => (typeof server === 'string' ? server : server.origin))
  return cloudPartnerAuth({
    ...options,
    credential,
    apis: [{ ...cloudPartnerPortal, paths: undefined, origins }],
  })
}

/** An auth that covers every URL and renews as often as it is asked, whereas core's own pauses after a refusal. */
export function tirelessAuth(): CloudPartnerAuth {
  const next = tokens()
  let current = next.acquire()
  const renew = () => {
    current = next.acquire()
    return current
  }
  const source = { current: () => undefined, get: () => current, renew, trust() {}, close() {} }
  const covering = () => ({ api: cloudPartnerPortal, source })
  return { resend: true, covering } as unknown as CloudPartnerAuth // what adapters rely on
}
