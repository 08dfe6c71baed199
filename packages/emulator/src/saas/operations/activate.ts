import { chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import { readJsonObject, wholeNumber } from '../../http/json-body.ts'
import type { MarketplaceState } from '../../marketplace/marketplace.ts'
import { subscriptionPage } from '../source.ts'
import { withSubscription } from './addressed.ts'

const answers = {
  activated: documented(
    200,
    'plan and quantity are those that were bought: the subscription is Subscribed from now on',
    subscriptionPage,
  ),
  badBody: chosen(400, 'the body is not a JSON object', 'the page speaks of its members only'),
  wrongPlan: documented(
    400,
    '`planId` is missing or not the one that was bought',
    subscriptionPage,
  ),
  wrongQuantity: documented(400, '`quantity` is not the one that was bought', subscriptionPage),
  active: documented(400, 'the subscription is Subscribed or Suspended', subscriptionPage),
  gone: documented(404, 'the subscription is Unsubscribed', subscriptionPage),
}

/** Marks a subscription as set up, from when on the customer is billed. */
export const activate: Operation<MarketplaceState> = {
  method: 'POST',
  path: '/api/saas/subscriptions/:subscriptionId/activate',
  answers,
  answer: call =>
    withSubscription(call, subscription => {
      const { status, planId, quantity } = subscription.at(call.now)
      if (status === 'Unsubscribed') return reply(answers.gone, 'The subscription is Unsubscribed.')
      const body = readJsonObject(call.body)
      if (!body) return reply(answers.badBody, 'The body is not a JSON object.')
      if (body['planId'] !== planId) {
        return reply(answers.wrongPlan, 'The planId is not the one that was purchased.')
      }
      // The page writes numbers as strings here; both are read.
      const given = body['quantity'] ?? ''
      if (given !== '' && wholeNumber(given) !== quantity) {
        return reply(answers.wrongQuantity, 'The quantity is not the one that was purchased.')
      }
      if (status !== 'PendingFulfillmentStart') {
        return reply(answers.active, `The subscription is ${status} already.`)
      }
      subscription.activate(call.now)
      return reply(answers.activated)
    }),
}
