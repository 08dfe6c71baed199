import type { TokenIssuer } from '../authority/access-token.ts'
import type { Tenant } from '../authority/directory.ts'
import type { Clock } from '../clock.ts'
import type { Faults } from '../faults/faults.ts'
import { publishingSteps } from '../offers/publishing-step.ts'
import { progressOf } from '../offers/submission.ts'
import { offerStatus } from '../portal/offer-json.ts'
import type { Portal } from '../portal/portal.ts'

/** What the page shows besides the traffic. */
export interface StateParts {
  readonly clock: Clock
  readonly faults: Faults
  readonly issuer: TokenIssuer
  readonly portal: Portal
  readonly tenants: readonly Tenant[]
}

/** The state of the emulator as the page is told of it. */
export function shownState({ clock, faults, issuer, portal, tenants }: StateParts): object {
  const now = clock.now()
  return {
    speed: clock.factor,
    faults: faults.active.map(({ id, fault, applied }) => ({ id, fault, applied })),
    tokens: issuer.recent.map(({ id, claims }) => ({
      id,
      claims,
      app: nameOf(tenants, claims['appid']),
      state: tokenState(issuer, id, claims, now),
    })),
    offers: portal.publishers.flatMap(({ offers }) =>
      offers.map(offer => {
        const newest = offer.submissions.at(-1)
        const progress = newest && progressOf(newest, now)
        return {
          publisherId: offer.publisherId,
          id: offer.id,
          version: offer.draft.version,
          status: offerStatus(offer, now),
          steps: progress
            ? progress.steps.map(({ step, status, percentage }) => ({
                name: step.stepName,
                status,
                percentage,
              }))
            : publishingSteps.map(({ stepName }) => ({
                name: stepName,
                status: 'notStarted',
                percentage: 0,
              })),
        }
      }),
    ),
    apps: tenants.flatMap(({ id, apps }) =>
      apps.map(({ clientId, name }) => ({ tenantId: id, clientId, name })),
    ),
  }
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
): 'valid' | 'expired' | 'revoked' {
  if (issuer.revoked(id)) return 'revoked'
  return Number(claims['exp']) * 1000 <= now ? 'expired' : 'valid'
}
