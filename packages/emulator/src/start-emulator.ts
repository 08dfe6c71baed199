import { reportDownload } from './analytics/report-download.ts'
import type { ApiName } from './api/api-name.ts'
import { tokenCheck } from './api/bearer-token.ts'
import { apiAreas } from './api-areas.ts'
import { tokenIssuer } from './authority/access-token.ts'
import type { Authority } from './authority/authority.ts'
import { authorityRoutes } from './authority/authority-routes.ts'
import { secretsOf, type Tenant } from './authority/directory.ts'
import { identityProvider } from './authority/identity-provider.ts'
import { resourceIndex } from './authority/resources.ts'
import { lazySigningKey } from './authority/signing-key.ts'
import { tokenDesk } from './authority/token-desk.ts'
import { serverCertificate } from './certificate/server-certificate.ts'
import { emulatorClock } from './clock.ts'
import type { Emulator, EmulatorOptions } from './emulator.ts'
import { checkedOptions } from './emulator-options.ts'
import { emulatorState } from './emulator-state.ts'
import { type ExchangeParts, elsewhere, exchange } from './exchange.ts'
import { faultScript } from './faults/faults.ts'
import { type Listener, listen } from './http/listen.ts'
import { json } from './http/reply.ts'
import type { Area, Route } from './http/route.ts'
import { type Router, router } from './http/router.ts'
import { appServicePath, managedIdentityRoutes } from './identity/managed-identity-endpoints.ts'
import { liveFeed } from './page/live-feed.ts'
import { ownTokens } from './page/own-tokens.ts'
import { pageRoutes } from './page/page-routes.ts'
import { shownEntry } from './page/shown-entry.ts'
import { shownState } from './page/shown-state.ts'
import { transcripts as keepTranscripts } from './page/transcripts.ts'
import { nothing } from './seed/own-members.ts'
import { seeding } from './seeding.ts'
import { apisByOrigin } from './service-origins.ts'
import { redactor } from './traffic/redactor.ts'
import { traffic as trafficLogs } from './traffic/traffic.ts'
import { makeWorld, type WorldParts } from './world.ts'

/**
 * Starts an Entra authority and the publisher APIs on loopback.
 *
 * @example
 * await using emulator = await startEmulator()
 * Object.assign(process.env, emulator.env)
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const checked = checkedOptions(options)
  const { port, host, seed, tls, ownOrigins, webhooksAnywhere } = checked
  const clock = emulatorClock(checked.clock)
  const closing = new AbortController()
  const traffic = trafficLogs()
  const faults = faultScript(clock.now)
  const signingKey = lazySigningKey()
  const issuer = tokenIssuer(signingKey)
  const provider = identityProvider(clock.now)
  const origin = () => listener.origin
  const worldParts: WorldParts = {
    now: clock.now,
    signingKey,
    authorityOrigin: origin,
    webhooksAnywhere,
    closing: closing.signal,
  }
  let world = makeWorld(seed, worldParts)

  const authority: Authority = {
    get directory() {
      return world.directory
    },
    hand: tokenDesk(issuer),
    signingKey,
    identityProvider: provider,
    knows: resourceIndex(seed.resources),
    tokens: seed.tokens ?? nothing,
    origin,
  }
  const areas = apiAreas(() => world, {
    checkToken: tokenCheck({
      signingKey,
      issuer,
      knowsTenant: id => world.directory.tenant(id) !== undefined,
    }),
    authorityOrigin: origin,
  })

  const transcripts = keepTranscripts()
  const clearLog = () => {
    traffic.clear()
    transcripts.clear()
    feed.again()
  }
  const tokens = ownTokens({
    issuer,
    directory: () => world.directory,
    lifetime: seed.tokens?.lifetime ?? 3_599_000,
    now: clock.now,
  })
  const redact = redactor(() => secretsOf(world.directory.tenants))
  const feed = liveFeed({
    now: clock.now,
    state: () => shownState({ clock, faults, issuer, world, isOwn: tokens.has }),
    shown: event => shownEntry(event, redact),
    past: () => traffic.past(200),
    watch: traffic.watch,
    closing: closing.signal,
  })
  const everything = router(
    [
      ...authorityRoutes(authority),
      ...managedIdentityRoutes({
        hand: authority.hand,
        knows: authority.knows,
        get identities() {
          return world.identities
        },
      }),
      reportDownload(() => world.analytics, clock.now),
      ...pageRoutes({
        host,
        feed,
        faults,
        clock,
        revokeTokens: issuer.revokeAll,
        clearLog,
        transcripts,
        requests: () => traffic.requests.entries,
        tokens,
        redact,
        environment: () => environment(world.directory.tenants[0], listener.origin),
      }),
    ],
    [...areas.values()],
    notHere,
  )

  const certificate = tls ? await serverCertificate(host) : undefined
  const open = async (reached: Router, port: number): Promise<Listener> => {
    const parts: ExchangeParts = {
      router: reached,
      traffic,
      transcripts,
      faults,
      revokeTokens: issuer.revokeAll,
      now: clock.now,
      origins: () => opened,
    }
    const where = { host, port, ...(certificate && { certificate }) }
    const opened = await listen(where, (request, response) => {
      // Whatever a request brings about, the process goes on.
      exchange(parts, request, response).catch(() => response.destroy())
    })
    return opened
  }
  const listener = await open(everything, port)
  const own = ownOrigins
    ? await openEach(areas, reached => open(reached, 0)).catch(async (error: unknown) => {
        await listener.close()
        throw error
      })
    : new Map<string, Listener>()
  const at = (name: keyof typeof apisByOrigin): string => own.get(name)?.origin ?? listener.origin

  async function close(): Promise<void> {
    closing.abort()
    await Promise.all([listener, ...own.values()].map(opened => opened.close()))
  }

  return {
    origin: listener.origin,
    origins: {
      authority: listener.origin,
      cloudPartnerPortal: at('cloudPartnerPortal'),
      productIngestion: at('productIngestion'),
      partnerCenterSubmission: at('partnerCenterSubmission'),
      marketplace: at('marketplace'),
      partnerCenterAnalytics: at('partnerCenterAnalytics'),
    },
    ...(certificate && { ca: certificate.certificate }),
    get env() {
      return environment(world.directory.tenants[0], listener.origin)
    },
    get managedIdentity() {
      return {
        appService: {
          IDENTITY_ENDPOINT: listener.origin + appServicePath,
          IDENTITY_HEADER: world.identities.header,
        },
        imds: { AZURE_POD_IDENTITY_AUTHORITY_HOST: listener.origin },
      }
    },
    requests: traffic.requests.entries,
    requestsTo: api => traffic.requests.entries.filter(entry => entry.api === api),
    otherRequests: traffic.otherRequests.entries,
    tokenRequests: traffic.tokenRequests.entries,
    discoveryRequests: traffic.discoveryRequests.entries,
    clock,
    faults,
    get tenants() {
      return world.directory.tenants
    },
    get portal() {
      return world.portal
    },
    get productIngestion() {
      return world.productIngestion
    },
    get submission() {
      return world.submission
    },
    get analytics() {
      return world.analytics
    },
    get marketplace() {
      return world.marketplace
    },
    ...seeding(() => world, clock.now),
    federatedToken: provider.token,
    revokeTokens: issuer.revokeAll,
    watch: traffic.watch,
    clearLog,
    state: () => emulatorState(world, faults.active, clock.now()),
    reset() {
      clock.reset()
      faults.clear()
      world = makeWorld(seed, worldParts)
      clearLog()
    },
    unref() {
      for (const opened of [listener, ...own.values()]) opened.unref()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const notHere: Route = elsewhere(
  json(404, { error: { code: 'NotFound', message: 'Nothing of the emulator is at this path.' } }),
)

async function openEach(
  areas: ReadonlyMap<ApiName, Area>,
  open: (reached: Router) => Promise<Listener>,
): Promise<Map<string, Listener>> {
  const opened = new Map<string, Listener>()
  for (const [name, apis] of Object.entries(apisByOrigin)) {
    const own = apis.flatMap(api => areas.get(api) ?? [])
    opened.set(name, await open(router([], own, notHere)))
  }
  return opened
}

function environment(tenant: Tenant | undefined, origin: string): Record<string, string> {
  const app = tenant?.apps[0]
  return {
    AZURE_TENANT_ID: tenant?.id ?? '',
    AZURE_CLIENT_ID: app?.clientId ?? '',
    // The newest one, so that a rotation reaches whoever reads the environment again.
    AZURE_CLIENT_SECRET: app?.secrets.at(-1)?.value ?? '',
    AZURE_AUTHORITY_HOST: origin,
    CLOUD_PARTNER_EMULATOR: origin,
  }
}
