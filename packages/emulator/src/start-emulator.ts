import { tokenIssuer } from './authority/access-token.ts'
import { type Authority, authorityRoutes } from './authority/authority.ts'
import { directory, secretsOf, type Tenant } from './authority/directory.ts'
import { identityProvider } from './authority/identity-provider.ts'
import { portalAudience, resourceIndex } from './authority/resources.ts'
import { lazySigningKey } from './authority/signing-key.ts'
import { tokenDesk } from './authority/token-desk.ts'
import {
  type SelfSignedCertificate,
  selfSignedCertificate,
} from './certificate/self-signed-certificate.ts'
import { emulatorClock } from './clock.ts'
import type { Emulator, EmulatorOptions } from './emulator.ts'
import { exchange } from './exchange.ts'
import { faultScript } from './faults/faults.ts'
import { listen } from './http/listen.ts'
import { router } from './http/router.ts'
import { managedIdentities } from './identity/managed-identities.ts'
import { appServicePath, managedIdentityRoutes } from './identity/managed-identity-endpoints.ts'
import { liveFeed } from './page/live-feed.ts'
import { pageRoutes } from './page/page-routes.ts'
import { shownEntry } from './page/shown-entry.ts'
import { shownState } from './page/shown-state.ts'
import { tokenCheck } from './portal/bearer-token.ts'
import { makePortal } from './portal/portal.ts'
import { portalRoutes, unknownOperation } from './portal/portal-routes.ts'
import { defaultPublishers, defaultTenants } from './seed/default-seed.ts'
import { checkedSeed } from './seed/seed-schema.ts'
import { redactor } from './traffic/redactor.ts'
import { traffic as trafficLogs } from './traffic/traffic.ts'

/**
 * Starts an Entra authority and a Cloud Partner Portal on loopback.
 *
 * @example
 * await using portal = await startEmulator()
 * Object.assign(process.env, portal.env)
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = '127.0.0.1', tls = false } = options
  const seed = checkedSeed(options.seed ?? {})
  const clock = emulatorClock(options.clock)
  const closing = new AbortController()
  const traffic = trafficLogs()
  const faults = faultScript(clock.now)
  const signingKey = lazySigningKey()
  const issuer = tokenIssuer(signingKey)
  const tenants = directory(seed.tenants ?? defaultTenants, clock.now)
  const provider = identityProvider(clock.now)
  const portal = makePortal(seed.portal ?? {}, seed.publishers ?? defaultPublishers, clock.now())
  const identities = managedIdentities(seed.managedIdentities ?? [{}], tenants.tenants[0]?.id ?? '')

  const origin = () => listener.origin
  const authority: Authority = {
    directory: tenants,
    hand: tokenDesk(issuer),
    signingKey,
    identityProvider: provider,
    knows: resourceIndex(seed.resources),
    tokens: seed.tokens ?? {},
    origin,
  }
  const guard = {
    checkToken: tokenCheck({
      audience: portalAudience,
      signingKey,
      issuer,
      knowsTenant: id => tenants.tenant(id) !== undefined,
    }),
    origin,
  }
  const redact = redactor(() => secretsOf(tenants.tenants))
  const feed = liveFeed({
    now: clock.now,
    state: () => shownState({ clock, faults, issuer, portal, tenants: tenants.tenants }),
    shown: event => shownEntry(event, redact),
    past: () => traffic.past(200),
    watch: traffic.watch,
    closing: closing.signal,
  })
  const routes = router(
    [
      ...authorityRoutes(authority),
      ...managedIdentityRoutes({ ...authority, identities }),
      ...portalRoutes(portal, guard),
      ...pageRoutes({
        host,
        feed,
        faults,
        clock,
        revokeTokens: issuer.revokeAll,
        clearLog: traffic.clear,
      }),
    ],
    unknownOperation(portal, guard),
  )
  const parts = {
    router: routes,
    traffic,
    faults,
    revokeTokens: issuer.revokeAll,
    now: clock.now,
    origins: () => listener,
  }
  const certificate = tls ? await serverCertificate(host) : undefined
  const where = { host, port, ...(certificate && { certificate }) }
  const listener = await listen(where, (request, response) => {
    // Whatever a request brings about, the process goes on.
    exchange(parts, request, response).catch(() => response.destroy())
  })

  async function close(): Promise<void> {
    closing.abort()
    await listener.close()
  }

  return {
    origin: listener.origin,
    ...(certificate && { ca: certificate.certificate }),
    get env() {
      return environment(tenants.tenants[0], listener.origin)
    },
    managedIdentity: {
      appService: {
        IDENTITY_ENDPOINT: listener.origin + appServicePath,
        IDENTITY_HEADER: identities.header,
      },
      imds: { AZURE_POD_IDENTITY_AUTHORITY_HOST: listener.origin },
    },
    requests: traffic.requests.entries,
    tokenRequests: traffic.tokenRequests.entries,
    discoveryRequests: traffic.discoveryRequests.entries,
    clock,
    faults,
    tenants: tenants.tenants,
    addTenant: tenants.addTenant,
    portal,
    federatedToken: provider.token,
    revokeTokens: issuer.revokeAll,
    watch: traffic.watch,
    clearLog: traffic.clear,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function serverCertificate(host: string): Promise<SelfSignedCertificate> {
  // Its validity is judged by clients, who live in the machine's time.
  const day = 86_400_000
  return selfSignedCertificate({
    commonName: 'Cloud Partner emulator',
    notBefore: Date.now() - day,
    notAfter: Date.now() + 30 * day,
    hosts: [...new Set(['localhost', '127.0.0.1', '::1', host])],
  })
}

function environment(tenant: Tenant | undefined, origin: string): Record<string, string> {
  const app = tenant?.apps[0]
  return {
    AZURE_TENANT_ID: tenant?.id ?? '',
    AZURE_CLIENT_ID: app?.clientId ?? '',
    // The newest one, so that a rotation reaches whoever reads the environment again.
    AZURE_CLIENT_SECRET: app?.secrets.at(-1)?.value ?? '',
    AZURE_AUTHORITY_HOST: origin,
    CLOUD_PARTNER_PORTAL_ORIGIN: origin,
  }
}
