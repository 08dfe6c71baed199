import { chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import type { MarketplaceState } from '../../marketplace/marketplace.ts'
import { subscriptionPage } from '../source.ts'
import { accepted, withSubscription } from './addressed.ts'

const answers = {
  accepted: documented(
    202,
    'the subscription can be canceled: it is Unsubscribed at once, and the webhook is called next',
    subscriptionPage,
  ),
  notAllowed: documented(400, 'its `allowedCustomerOperations` lack Delete', subscriptionPage),
  gone: chosen(400, 'the subscription is Unsubscribed already', 'the page does not speak of it'),
}

/** Cancels a subscription. */
export const unsubscribe: Operation<MarketplaceState> = {
  method: 'DELETE',
  path: '/api/saas/subscriptions/:subscriptionId',
  answers,
  answer: call =>
    withSubscription(call, subscription => {
      if (!subscription.allowedCustomerOperations.includes('Delete')) {
        return reply(answers.notAllowed, 'Delete is not one of its allowedCustomerOperations.')
      }
      if (subscription.at(call.now).status === 'Unsubscribed') {
        return reply(answers.gone, 'The subscription is Unsubscribed already.')
      }
      const operation = subscription.start('Unsubscribe', 'Partner', {}, call.now)
      return accepted(answers.accepted, call, subscription, operation)
    }),
}
