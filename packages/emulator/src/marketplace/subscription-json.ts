import { serviceTime } from '../api/service-time.ts'
import type { MarketplaceSubscription } from './subscription.ts'

/** A subscription as the fulfillment API and the webhooks show it. */
export function subscriptionJson(
  subscription: MarketplaceSubscription,
  now: number,
): Readonly<Record<string, unknown>> {
  const { offer, termUnit } = subscription
  const { status, planId, quantity, term, changedAt } = subscription.at(now)
  return {
    id: subscription.id,
    name: subscription.name,
    publisherId: offer.publisherId,
    offerId: offer.id,
    planId,
    quantity: quantity ?? null,
    beneficiary: subscription.beneficiary,
    purchaser: subscription.purchaser,
    allowedCustomerOperations: subscription.allowedCustomerOperations,
    sessionMode: 'None',
    isFreeTrial: subscription.isFreeTrial,
    isTest: false,
    sandboxType: 'None',
    saasSubscriptionStatus: status,
    term: {
      ...(term && { startDate: day(term.start), endDate: day(term.end) }),
      termUnit,
      chargeDuration: null,
    },
    autoRenew: subscription.autoRenew,
    created: serviceTime(subscription.createdAt),
    lastModified: serviceTime(changedAt),
  }
}

function day(at: number): string {
  return `${new Date(at).toISOString().slice(0, 10)}T00:00:00Z`
}
