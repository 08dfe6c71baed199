import { documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import type { MarketplaceState } from '../../marketplace/marketplace.ts'
import { subscriptionJson } from '../../marketplace/subscription-json.ts'
import { subscriptionPage } from '../source.ts'
import { withSubscription } from './addressed.ts'

const answers = {
  shown: documented(200, 'asked, whatever the status of the subscription', subscriptionPage),
}

/** Shows one subscription. */
export const getSubscription: Operation<MarketplaceState> = {
  method: 'GET',
  path: '/api/saas/subscriptions/:subscriptionId',
  answers,
  answer: call =>
    withSubscription(call, subscription =>
      reply(answers.shown, subscriptionJson(subscription, call.now)),
    ),
}
