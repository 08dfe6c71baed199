import { type AnswerTable, chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import { type JsonObject, readJsonObject, wholeNumber } from '../../http/json-body.ts'
import type { Reply } from '../../http/reply.ts'
import type { MarketplaceState } from '../../marketplace/marketplace.ts'
import type { MarketplaceSubscription } from '../../marketplace/subscription.ts'
import { subscriptionPage } from '../source.ts'
import { accepted, type SaasCall, withSubscription } from './addressed.ts'

const answers = {
  planAccepted: documented(
    202,
    'another plan of the offer is asked for: the webhook is called next, and `Operation-Location` says where to look',
    subscriptionPage,
  ),
  quantityAccepted: documented(
    202,
    'another quantity within the limits of the plan is asked for',
    subscriptionPage,
  ),
  badBody: chosen(400, 'the body is not a JSON object', 'the page speaks of its members only'),
  notOne: documented(400, 'neither or both of `planId` and `quantity` are given', subscriptionPage),
  notSubscribed: documented(400, 'the subscription is not Subscribed', subscriptionPage),
  notAllowed: documented(400, 'its `allowedCustomerOperations` lack Update', subscriptionPage),
  unknownPlan: documented(400, 'the offer does not have the plan', subscriptionPage),
  samePlan: documented(400, 'the plan is the present one', subscriptionPage),
  outOfRange: documented(400, 'the quantity is beyond the limits of the plan', subscriptionPage),
  sameQuantity: documented(400, 'the quantity is the present one', subscriptionPage),
} satisfies AnswerTable

/** Changes the plan or the quantity of a subscription, once the publisher's webhook has accepted it. */
export const changeSubscription: Operation<MarketplaceState> = {
  method: 'PATCH',
  path: '/api/saas/subscriptions/:subscriptionId',
  answers,
  answer: call =>
    withSubscription(call, subscription => {
      const body = readJsonObject(call.body)
      if (!body) return reply(answers.badBody, 'The body is not a JSON object.')
      const hasPlan = body['planId'] !== undefined
      if (hasPlan === (body['quantity'] !== undefined)) {
        return reply(answers.notOne, 'Exactly one of planId and quantity can be changed.')
      }
      const { status } = subscription.at(call.now)
      if (status !== 'Subscribed') {
        return reply(answers.notSubscribed, `The subscription is ${status}.`)
      }
      if (!subscription.allowedCustomerOperations.includes('Update')) {
        return reply(answers.notAllowed, 'Update is not one of its allowedCustomerOperations.')
      }
      return hasPlan
        ? changePlan(call, subscription, body)
        : changeQuantity(call, subscription, body)
    }),
}

function changePlan(
  call: SaasCall,
  subscription: MarketplaceSubscription,
  body: JsonObject,
): Reply {
  const planId = subscription.offer.plans.find(({ id }) => id === body['planId'])?.id
  if (planId === undefined) return reply(answers.unknownPlan, 'The plan is not available.')
  if (planId === subscription.at(call.now).planId) {
    return reply(answers.samePlan, `The subscription has the plan ${planId} already.`)
  }
  const operation = subscription.start('ChangePlan', 'Partner', { planId }, call.now)
  return accepted(answers.planAccepted, call, subscription, operation)
}

function changeQuantity(
  call: SaasCall,
  subscription: MarketplaceSubscription,
  body: JsonObject,
): Reply {
  const quantity = wholeNumber(body['quantity'])
  const present = subscription.at(call.now)
  const plan = subscription.offer.plans.find(({ id }) => id === present.planId)
  const { min, max } = plan?.seats ?? { min: 1, max: 0 }
  if (quantity === undefined || quantity < min || quantity > max) {
    return reply(answers.outOfRange, `The plan ${present.planId} does not allow this quantity.`)
  }
  if (quantity === present.quantity) {
    return reply(answers.sameQuantity, `The subscription has the quantity ${quantity} already.`)
  }
  const operation = subscription.start('ChangeQuantity', 'Partner', { quantity }, call.now)
  return accepted(answers.quantityAccepted, call, subscription, operation)
}
