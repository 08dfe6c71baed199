import { documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import type { MarketplaceState } from '../../marketplace/marketplace.ts'
import { operationJson } from '../../marketplace/operation-json.ts'
import { operationState } from '../../marketplace/subscription-operation.ts'
import { operationsPage } from '../source.ts'
import { withSubscription } from './addressed.ts'

const answers = {
  listed: documented(200, 'operations are InProgress: those', operationsPage),
  none: documented(200, 'nothing is InProgress: an empty JSON object', operationsPage),
}

/** Lists the operations that the publisher has not accepted or refused yet. */
export const listOperations: Operation<MarketplaceState> = {
  method: 'GET',
  path: '/api/saas/subscriptions/:subscriptionId/operations',
  answers,
  answer: call =>
    withSubscription(call, subscription => {
      const pending = subscription.operations.filter(
        operation => operationState(operation, call.now).status === 'InProgress',
      )
      if (pending.length === 0) return reply(answers.none, {})
      return reply(answers.listed, {
        operations: pending.map(operation => operationJson(subscription, operation, call.now)),
      })
    }),
}
