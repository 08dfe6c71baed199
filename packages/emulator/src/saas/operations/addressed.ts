import { type Answer, documented } from '../../api/answer.ts'
import type { ApiCall } from '../../api/operation.ts'
import { refusedBecause, reply } from '../../api/reply.ts'
import type { Reply } from '../../http/reply.ts'
import type { MarketplaceState } from '../../marketplace/marketplace.ts'
import type { SaasOffer } from '../../marketplace/saas-offer.ts'
import type { MarketplaceSubscription } from '../../marketplace/subscription.ts'
import type { SubscriptionOperation } from '../../marketplace/subscription-operation.ts'
import { subscriptionPage } from '../source.ts'

/** A request to the fulfillment API. */
export type SaasCall = ApiCall<MarketplaceState>

/** Given for the subscription of an offer whose technical configuration names another app or tenant. */
export const forbidden: Answer = documented(
  403,
  "the offer's technical configuration names another app or tenant than the token; the text is the same as for a token that does not hold",
  subscriptionPage,
)

/** Given where the path names a subscription that does not exist. */
export const notFound: Answer = documented(404, 'there is no such subscription', subscriptionPage)

/** What the service says to whomever it forbids something, whatever the cause. */
export const forbiddenText: string =
  'The authorization token is invalid, expired, missing or this request is attempting to access a SaaS subscription for an offer that was published with a different Azure AD App ID from the one used to create the authorization token. Please make sure the authorization token is created using the same Azure AD App ID as the Azure AD App ID Id set for the offer in Technical Details tab in Partner Center.'

/** The answer to an app that may not use a subscription. */
export function forbid(): Reply {
  return refusedBecause(
    "The offer's technical configuration names another app or tenant.",
    reply(forbidden, forbiddenText),
  )
}

/** Whether an offer's technical configuration names the app and the tenant of a token. */
export function admits(
  offer: SaasOffer,
  { clientId, tenantId }: Pick<SaasCall, 'clientId' | 'tenantId'>,
): boolean {
  return offer.clientId === clientId && offer.tenantId === tenantId
}

/** Answers for the subscription that the path names, if there is one and the app may use it. */
export function withSubscription(
  call: SaasCall,
  answer: (subscription: MarketplaceSubscription) => Reply,
): Reply {
  const id = call.params['subscriptionId'] ?? ''
  const subscription = call.state.subscription(id)
  if (!subscription) return reply(notFound, `The SaaS subscription ${id} does not exist.`)
  return admits(subscription.offer, call) ? answer(subscription) : forbid()
}

/** Answers for the operation that the path names, if there is one. */
export function withOperation(
  call: SaasCall,
  missing: Answer,
  answer: (subscription: MarketplaceSubscription, operation: SubscriptionOperation) => Reply,
): Reply {
  return withSubscription(call, subscription => {
    const id = call.params['operationId']?.toLowerCase()
    const operation = subscription.operations.find(one => one.id === id)
    if (!operation) return reply(missing, `The operation ${id} does not exist.`)
    return answer(subscription, operation)
  })
}

/** 202 with the address of an operation, whose webhook is sent once the request is answered. */
export function accepted(
  answer: Answer,
  call: SaasCall,
  subscription: MarketplaceSubscription,
  operation: SubscriptionOperation,
): Reply {
  call.state.deliverSoon(subscription, operation)
  const path = `/api/saas/subscriptions/${subscription.id}/operations/${operation.id}`
  const location = `${call.origin}${path}?api-version=2018-08-31`
  return reply(answer, undefined, { 'operation-location': location })
}
