import { chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import { readJsonObject } from '../../http/json-body.ts'
import type { MarketplaceState } from '../../marketplace/marketplace.ts'
import { operationState } from '../../marketplace/subscription-operation.ts'
import { operationsPage } from '../source.ts'
import { withOperation } from './addressed.ts'

const answers = {
  updated: documented(
    200,
    'the operation is InProgress: it is Succeeded or Failed from now on',
    operationsPage,
  ),
  badStatus: chosen(400, '`status` is not Success or Failure', 'the page allows no other value'),
  missing: documented(404, 'the subscription has no operation with this id', operationsPage),
  settled: documented(409, 'the operation is not InProgress any more', operationsPage),
}

/** Accepts or refuses an operation for the publisher. */
export const updateOperation: Operation<MarketplaceState> = {
  method: 'PATCH',
  path: '/api/saas/subscriptions/:subscriptionId/operations/:operationId',
  answers,
  answer: call =>
    withOperation(call, answers.missing, (subscription, operation) => {
      const status = readJsonObject(call.body)?.['status']
      if (status !== 'Success' && status !== 'Failure') {
        return reply(answers.badStatus, 'The status is Success or Failure.')
      }
      if (operationState(operation, call.now).status !== 'InProgress') {
        return reply(answers.settled, 'The operation is settled already.')
      }
      subscription.acknowledge(operation.id, status, call.now)
      return reply(answers.updated)
    }),
}
