import { documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import type { MarketplaceState } from '../../marketplace/marketplace.ts'
import { operationJson } from '../../marketplace/operation-json.ts'
import { operationsPage } from '../source.ts'
import { withOperation } from './addressed.ts'

const answers = {
  shown: documented(
    200,
    'asked: a change that nobody refused within 10 seconds of its webhook is Succeeded, one whose webhook was not reached within 8 hours is Failed',
    operationsPage,
  ),
  missing: documented(404, 'the subscription has no such operation', operationsPage),
}

/** Shows how far an operation is. */
export const getOperation: Operation<MarketplaceState> = {
  method: 'GET',
  path: '/api/saas/subscriptions/:subscriptionId/operations/:operationId',
  answers,
  answer: call =>
    withOperation(call, answers.missing, (subscription, operation) =>
      reply(answers.shown, {
        ...operationJson(subscription, operation, call.now),
        errorStatusCode: '',
        errorMessage: '',
      }),
    ),
}
