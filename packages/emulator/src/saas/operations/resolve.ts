import { documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import type { MarketplaceState } from '../../marketplace/marketplace.ts'
import { subscriptionJson } from '../../marketplace/subscription-json.ts'
import { subscriptionPage } from '../source.ts'
import { admits, forbid } from './addressed.ts'

const answers = {
  resolved: documented(
    200,
    'the token of the landing page is valid, whatever the status of its subscription',
    subscriptionPage,
  ),
  badToken: documented(
    400,
    '`x-ms-marketplace-token` is missing, malformed (such as still URL-encoded), or older than 24 hours',
    subscriptionPage,
  ),
}

/** Exchanges the token of the landing page for the subscription. */
export const resolve: Operation<MarketplaceState> = {
  method: 'POST',
  path: '/api/saas/subscriptions/resolve',
  answers,
  answer(call) {
    const token = String(call.headers['x-ms-marketplace-token'] ?? '')
    const subscription = call.state.resolve(token, call.now)
    if (!subscription) {
      return reply(answers.badToken, 'The x-ms-marketplace-token is missing, invalid or expired.')
    }
    if (!admits(subscription.offer, call)) return forbid()
    const { planId, quantity } = subscription.at(call.now)
    return reply(answers.resolved, {
      id: subscription.id,
      subscriptionName: subscription.name,
      offerId: subscription.offer.id,
      planId,
      ...(quantity !== undefined && { quantity }),
      subscription: subscriptionJson(subscription, call.now),
    })
  },
}
