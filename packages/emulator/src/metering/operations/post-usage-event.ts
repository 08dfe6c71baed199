import { type AnswerTable, chosen, documented, observed } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { refusedBecause, reply } from '../../api/reply.ts'
import { readJsonObject } from '../../http/json-body.ts'
import type { MarketplaceState } from '../../marketplace/marketplace.ts'
import { conflict, judgeUsage, type UsageRefusal, usageJson } from '../judged-usage.ts'
import { meteringPage } from '../source.ts'

const answers = {
  accepted: documented(
    200,
    'the event is the first of its resource, dimension and hour, which lies within the last 24 hours',
    meteringPage,
  ),
  repeated: documented(
    409,
    'an event of that resource, dimension and hour was accepted before: that one',
    meteringPage,
  ),
  BadArgument: documented(
    400,
    'a member is missing or malformed, or the plan is another',
    meteringPage,
  ),
  Expired: documented(400, 'the hour is more than 24 hours ago', meteringPage),
  ResourceNotActive: documented(400, 'the subscription is not Subscribed', meteringPage),
  InvalidDimension: chosen(
    400,
    'the plan does not have the dimension',
    'the page has it for batches only',
  ),
  InvalidQuantity: chosen(400, 'the quantity is not above 0', 'the page has it for batches only'),
  ResourceNotFound: chosen(
    400,
    'there is no such subscription',
    'the page has it for batches only',
  ),
  ResourceNotAuthorized: observed(
    403,
    "the offer's technical configuration names another app or tenant than the token",
    'https://github.com/Azure/Commercial-Marketplace-SaaS-Accelerator/issues/775',
  ),
} satisfies AnswerTable & Record<UsageRefusal, unknown>

/** Takes one usage event. */
export const postUsageEvent: Operation<MarketplaceState> = {
  method: 'POST',
  path: '/api/usageEvent',
  answers,
  answer(call) {
    const judged = judgeUsage(call, readJsonObject(call.body))
    if (judged.status === 'Accepted') {
      return reply(answers.accepted, usageJson(judged.event, 'Accepted'))
    }
    if (judged.status === 'Duplicate') return reply(answers.repeated, conflict(judged.event))
    const { status, message, target } = judged
    if (status === 'ResourceNotAuthorized') {
      return refusedBecause(message, reply(answers[status], { message, code: 'Forbidden' }))
    }
    return reply(answers[status], {
      message: 'One or more errors have occurred.',
      target: 'usageEventRequest',
      details: [{ message, target, code: 'BadArgument' }],
      code: 'BadArgument',
    })
  },
}
