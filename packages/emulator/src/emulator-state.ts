import type { ActiveFault } from './faults/faults.ts'
import { type OperationStatus, operationState } from './marketplace/subscription-operation.ts'
import type { SubscriptionStatus } from './marketplace/subscription-status.ts'
import type { UsageEvent } from './marketplace/usage.ts'
import type { WebhookCall } from './marketplace/webhook.ts'
import { progressOf } from './offers/submission.ts'
import { offerStatus } from './portal/offer-json.ts'
import { externalIdOf } from './product-ingestion/draft.ts'
import { submissionProgress } from './submission/app-submission.ts'
import type { World } from './world.ts'

/**
 * What an emulator has at one time, as plain data: for assertions and snapshots of tests. Holds no secret.
 * Instants are milliseconds since the Unix epoch.
 */
export interface EmulatorState {
  readonly now: number
  readonly tenants: readonly {
    readonly id: string
    readonly domain: string
    readonly apps: readonly {
      readonly clientId: string
      readonly name: string
      readonly enabled: boolean
    }[]
  }[]
  readonly publishers: readonly {
    readonly id: string
    readonly offers: readonly {
      readonly id: string
      readonly offerTypeId: string
      readonly status: string
      readonly version: number
      readonly submissions: readonly {
        readonly id: string
        readonly type: string
        readonly status: string
      }[]
    }[]
  }[]
  /** Of Product Ingestion. */
  readonly products: readonly {
    readonly id: string
    readonly externalId: string | undefined
    /** The durable ids of what belongs to it. */
    readonly resources: readonly string[]
    readonly submissions: readonly { readonly id: string; readonly target: 'preview' | 'live' }[]
  }[]
  readonly jobs: readonly {
    readonly id: string
    readonly result: 'pending' | 'succeeded' | 'failed'
  }[]
  /** Of the submission API. */
  readonly appProducts: readonly {
    readonly id: string
    readonly name: string
    readonly variants: readonly string[]
    readonly submissions: readonly {
      readonly id: string
      readonly state: string
      readonly substate: string
    }[]
  }[]
  readonly saasOffers: readonly { readonly id: string; readonly plans: readonly string[] }[]
  readonly subscriptions: readonly {
    readonly id: string
    readonly name: string
    readonly offerId: string
    readonly planId: string
    readonly quantity: number | undefined
    readonly status: SubscriptionStatus
    readonly operations: readonly {
      readonly id: string
      readonly action: string
      readonly status: OperationStatus
    }[]
  }[]
  readonly webhooks: readonly WebhookCall[]
  readonly usageEvents: readonly UsageEvent[]
  readonly queries: readonly { readonly id: string; readonly name: string }[]
  readonly reports: readonly { readonly id: string; readonly name: string }[]
  readonly faults: readonly ActiveFault['fault'][]
}

/** Describes a world at one time. */
export function emulatorState(
  { directory, portal, productIngestion, submission, marketplace, analytics }: World,
  faults: readonly ActiveFault[],
  now: number,
): EmulatorState {
  const { submissions, resources } = productIngestion
  // A copy, so that nothing in it changes later.
  return structuredClone({
    now,
    tenants: directory.tenants.map(({ id, domain, apps }) => ({
      id,
      domain,
      apps: apps.map(({ clientId, name, enabled }) => ({ clientId, name, enabled })),
    })),
    publishers: portal.publishers.map(({ id, offers }) => ({
      id,
      offers: offers.map(offer => ({
        id: offer.id,
        offerTypeId: offer.offerTypeId,
        status: offerStatus(offer, now),
        version: offer.draft.version,
        submissions: offer.submissions.map(one => ({
          id: one.id,
          type: one.type,
          status: progressOf(one, now).status,
        })),
      })),
    })),
    products: resources
      .filter(({ id }) => id.startsWith('product/'))
      .map(product => ({
        id: product.id,
        externalId: externalIdOf(product),
        resources: resources.filter(one => one['product'] === product.id).map(({ id }) => id),
        submissions: submissions
          .filter(one => one.product === product.id)
          .map(({ id, target }) => ({ id, target })),
      })),
    jobs: productIngestion.jobs.map(({ id, outcome }) => ({
      id,
      result: !outcome ? 'pending' : outcome.errors.length > 0 ? 'failed' : 'succeeded',
    })),
    appProducts: submission.products.map(({ id, name, variants, submissions }) => ({
      id,
      name,
      variants: variants.map(variant => variant.id),
      submissions: submissions.map(one => {
        const { state, substate } = submissionProgress(one, now)
        return { id: one.id, state, substate }
      }),
    })),
    saasOffers: marketplace.offers.map(({ id, plans }) => ({
      id,
      plans: plans.map(({ id }) => id),
    })),
    subscriptions: marketplace.subscriptions.map(subscription => {
      const { status, planId, quantity } = subscription.at(now)
      return {
        id: subscription.id,
        name: subscription.name,
        offerId: subscription.offer.id,
        planId,
        quantity,
        status,
        operations: subscription.operations.map(operation => ({
          id: operation.id,
          action: operation.action,
          status: operationState(operation, now).status,
        })),
      }
    }),
    webhooks: marketplace.webhooks,
    usageEvents: marketplace.usageEvents,
    queries: analytics.queries.map(({ id, name }) => ({ id, name })),
    reports: analytics.reports.map(({ id, name }) => ({ id, name })),
    faults: faults.map(({ fault }) => fault),
  })
}
