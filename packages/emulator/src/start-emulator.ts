import { tokenIssuer } from './authority/access-token.ts'
import { authorityRoutes } from './authority/authority.ts'
import { directory } from './authority/directory.ts'
import { portalAudience, resourceIndex } from './authority/resources.ts'
import { lazySigningKey } from './authority/signing-key.ts'
import { type Clock, emulatorClock } from './clock.ts'
import { exchange } from './http/exchange.ts'
import { listen } from './http/listen.ts'
import { router } from './http/router.ts'
import { tokenCheck } from './portal/bearer-token.ts'
import { portalRoutes, unknownOperation } from './portal/portal.ts'
import { publisherAccounts } from './portal/publishers.ts'
import { defaultPublishers, defaultTenants } from './seed/default-seed.ts'
import type { Seed } from './seed/seed.ts'
import type { ApiRequest } from './traffic/api-request.ts'
import type { TokenRequest } from './traffic/token-request.ts'
import { traffic as trafficLogs } from './traffic/traffic.ts'

/** How an emulator is started. */
export interface EmulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  readonly seed?: Seed
  /** The time that the emulator's clock starts from and runs with. Default: the machine's. */
  readonly clock?: { now(): number }
}

/** A running emulator: one origin that is both the authority and the portal. */
export interface Emulator extends AsyncDisposable {
  /** For example `http://127.0.0.1:49152`. */
  readonly origin: string
  /** The environment variables that make a client of the first app use this emulator. */
  readonly env: Readonly<Record<string, string>>
  /** Every request to the portal, whatever its path, in order of arrival; the newest 10,000. */
  readonly requests: readonly ApiRequest[]
  /** Every request to a token endpoint in order of arrival; the newest 10,000. */
  readonly tokenRequests: readonly TokenRequest[]
  readonly clock: Clock
  /** Answers 401 `invalid_token` to every token issued until now. */
  revokeTokens(): void
  /** Empties `requests` and `tokenRequests`. */
  clearLog(): void
  /** Ends every connection and frees the port. */
  close(): Promise<void>
}

/**
 * Starts an Entra authority and a Cloud Partner Portal on loopback.
 *
 * @example
 * await using portal = await startEmulator()
 * Object.assign(process.env, portal.env)
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = '127.0.0.1', seed = {} } = options
  const clock = emulatorClock(options.clock)
  const traffic = trafficLogs()
  const signingKey = lazySigningKey()
  const issuer = tokenIssuer(signingKey)
  const tenants = directory(seed.tenants ?? defaultTenants)
  const publishers = publisherAccounts(seed.publishers ?? defaultPublishers, clock.now())

  const origin = () => listener.origin
  const checkToken = tokenCheck({
    audience: portalAudience,
    signingKey,
    issuer,
    knowsTenant: id => tenants.tenant(id) !== undefined,
  })
  const guard = { checkToken, origin }
  const authority = {
    directory: tenants,
    issuer,
    knows: resourceIndex(seed.resources),
    tokens: seed.tokens ?? {},
    origin,
  }
  const routes = router(
    [...authorityRoutes(authority), ...portalRoutes(publishers, guard)],
    unknownOperation(guard),
  )
  const parts = { router: routes, traffic, now: clock.now }
  const listener = await listen({ host, port }, (request, response) => {
    void exchange(parts, request, response)
  })

  const [tenant] = tenants.tenants
  const app = tenant?.apps[0]
  return {
    origin: listener.origin,
    env: {
      AZURE_TENANT_ID: tenant?.id ?? '',
      AZURE_CLIENT_ID: app?.clientId ?? '',
      AZURE_CLIENT_SECRET: app?.secrets[0]?.value ?? '',
      AZURE_AUTHORITY_HOST: listener.origin,
      CLOUD_PARTNER_PORTAL_ORIGIN: listener.origin,
    },
    requests: traffic.requests.entries,
    tokenRequests: traffic.tokenRequests.entries,
    clock,
    revokeTokens: issuer.revokeAll,
    clearLog: traffic.clear,
    close: listener.close,
    [Symbol.asyncDispose]: listener.close,
  }
}
