import { chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import { isObject, readJsonObject } from '../../http/json-body.ts'
import type { MarketplaceState } from '../../marketplace/marketplace.ts'
import { conflict, judgeUsage, type MeteringCall, usageJson } from '../judged-usage.ts'
import { meteringPage } from '../source.ts'

const limit = 25

const answers = {
  taken: documented(
    200,
    'there are 1 to 25 events: each has its own status, such as Accepted, Duplicate, Expired or ResourceNotFound',
    meteringPage,
  ),
  tooMany: documented(400, 'there are more than 25 events', meteringPage),
  none: chosen(400, 'there are no events', 'the page does not speak of it'),
}

/** Takes up to 25 usage events. */
export const postBatch: Operation<MarketplaceState> = {
  method: 'POST',
  path: '/api/batchUsageEvent',
  answers,
  answer(call) {
    const events = readJsonObject(call.body)?.['request']
    if (!Array.isArray(events) || events.length === 0) {
      const message = 'The request has to be a list of usage events.'
      return reply(answers.none, { message, code: 'BadArgument' })
    }
    if (events.length > limit) {
      const message = `The batch has more than ${limit} usage events.`
      return reply(answers.tooMany, { message, code: 'BadArgument' })
    }
    const result = events.map(event => judged(call, event))
    return reply(answers.taken, { count: result.length, result })
  },
}

function judged(call: MeteringCall, sent: unknown): object {
  const outcome = judgeUsage(call, sent)
  if (outcome.status === 'Accepted') return usageJson(outcome.event, 'Accepted')
  const { status } = outcome
  const error =
    status === 'Duplicate'
      ? conflict(outcome.event)
      : { message: outcome.message, target: outcome.target, code: outcome.status }
  return {
    status,
    messageTime: '0001-01-01T00:00:00',
    error,
    ...(isObject(sent) && echoed(sent)),
  }
}

function echoed(sent: Readonly<Record<string, unknown>>): object {
  const { resourceId, resourceUri, quantity, dimension, effectiveStartTime, planId } = sent
  return { resourceId, resourceUri, quantity, dimension, effectiveStartTime, planId }
}
