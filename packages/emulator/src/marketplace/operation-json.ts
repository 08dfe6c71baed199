import { serviceTime } from '../api/service-time.ts'
import type { MarketplaceSubscription } from './subscription.ts'
import { operationState, type SubscriptionOperation } from './subscription-operation.ts'

/** An operation as the fulfillment API and the webhooks show it. */
export function operationJson(
  { id, offer }: MarketplaceSubscription,
  operation: SubscriptionOperation,
  now: number,
): Readonly<Record<string, unknown>> {
  return {
    id: operation.id,
    activityId: operation.activityId,
    publisherId: offer.publisherId,
    offerId: offer.id,
    planId: operation.planId,
    quantity: operation.quantity ?? null,
    subscriptionId: id,
    timeStamp: serviceTime(operation.startedAt),
    action: operation.action,
    status: operationState(operation, now).status,
    operationRequestSource: operation.requestedBy,
  }
}
