import { apis } from '../apis.ts'
import type { TokenIssuer } from '../authority/access-token.ts'
import type { Tenant } from '../authority/directory.ts'
import type { Clock } from '../clock.ts'
import type { Faults } from '../faults/faults.ts'
import type { World } from '../world.ts'
import type { ShownApi, ShownGroup, ShownState, ShownToken } from './protocol.ts'
import { shownAnalytics } from './shown-analytics.ts'
import { shownMarketplace } from './shown-marketplace.ts'
import { shownOffers } from './shown-offers.ts'
import { shownProductIngestion } from './shown-product-ingestion.ts'
import { shownSubmissions } from './shown-submissions.ts'

/** What the state is read from. */
export interface StateParts {
  readonly clock: Clock
  readonly faults: Faults
  readonly issuer: TokenIssuer
  readonly world: World
  /** True for a token that the page itself made, which is not shown. */
  readonly isOwn: (tokenId: string) => boolean
}

/** Describes the state of the emulator for the page. */
export function shownState({ clock, faults, issuer, world, isOwn }: StateParts): ShownState {
  const now = clock.now()
  const { tenants } = world.directory
  const issued = issuer.recent.filter(({ id }) => !isOwn(id))
  return {
    speed: clock.factor,
    apis: shownApis,
    faults: faults.active.map(({ id, fault, applied }) => ({ id, fault: { ...fault }, applied })),
    tokens: issued.map(({ id, claims }) => ({
      id,
      claims,
      app: nameOf(tenants, claims['appid']),
      state: tokenState(issuer, id, claims, now),
    })),
    groups: shownGroups(world, now),
  }
}

const shownApis: readonly ShownApi[] = apis.map(({ name, title, audiences }) => ({
  name,
  title,
  audiences,
}))

function shownGroups(world: World, now: number): ShownGroup[] {
  const groups = [
    ...shownOffers(world.portal, now),
    ...shownProductIngestion(world.productIngestion),
    ...shownSubmissions(world.submission, now),
    ...shownMarketplace(world.marketplace, now),
    ...shownAnalytics(world.analytics, now),
  ]
  return groups.filter(({ things }) => things.length > 0)
}

function nameOf(tenants: readonly Tenant[], clientId: unknown): string {
  const apps = tenants.flatMap(tenant => tenant.apps)
  return apps.find(app => app.clientId === clientId)?.name ?? 'managed identity'
}

function tokenState(
  issuer: TokenIssuer,
  id: string,
  claims: Readonly<Record<string, unknown>>,
  now: number,
): ShownToken['state'] {
  if (issuer.revoked(id)) return 'revoked'
  return Number(claims['exp']) * 1000 <= now ? 'expired' : 'valid'
}
