import { documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import type { MarketplaceState } from '../../marketplace/marketplace.ts'
import type { SaasPlan } from '../../marketplace/saas-offer.ts'
import { subscriptionPage } from '../source.ts'
import { withSubscription } from './addressed.ts'

const answers = {
  listed: documented(200, 'asked: the plan that was bought among them', subscriptionPage),
  noSubscription: documented(200, 'there is no such subscription: an empty body', subscriptionPage),
}

/** Lists the plans that a subscription can be changed to. */
export const listAvailablePlans: Operation<MarketplaceState> = {
  method: 'GET',
  path: '/api/saas/subscriptions/:subscriptionId/listAvailablePlans',
  answers,
  answer(call) {
    if (!call.state.subscription(call.params['subscriptionId'] ?? '')) {
      return reply(answers.noSubscription)
    }
    return withSubscription(call, ({ offer, isFreeTrial }) =>
      reply(answers.listed, { plans: offer.plans.map(plan => planJson(plan, isFreeTrial)) }),
    )
  },
}

function planJson(plan: SaasPlan, hasFreeTrials: boolean): object {
  const { id, displayName, isPrivate, description, seats, dimensions } = plan
  return {
    planId: id,
    displayName,
    isPrivate,
    description,
    ...(seats && { minQuantity: seats.min, maxQuantity: seats.max }),
    hasFreeTrials,
    isPricePerSeat: seats !== undefined,
    isStopSell: false,
    market: 'US',
    planComponents: {
      recurrentBillingTerms: [],
      meteringDimensions: dimensions.map(dimension => ({
        id: dimension,
        currency: 'USD',
        pricePerUnit: 1,
        unitOfMeasure: dimension,
        displayName: dimension,
      })),
    },
  }
}
