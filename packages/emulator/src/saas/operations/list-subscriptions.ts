import { chosen, documented } from '../../api/answer.ts'
import { continuation, continued } from '../../api/continuation-token.ts'
import type { Operation } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import { reply } from '../../api/reply.ts'
import type { MarketplaceState } from '../../marketplace/marketplace.ts'
import { subscriptionJson } from '../../marketplace/subscription-json.ts'
import { subscriptionPage } from '../source.ts'
import { admits } from './addressed.ts'

const pageSize = 100

const answers = {
  listed: documented(
    200,
    'there are subscriptions of offers of the app: up to 100, and `@nextLink` when there are more',
    subscriptionPage,
  ),
  none: documented(200, 'there are none: an empty body', subscriptionPage),
  badToken: chosen(400, 'the `continuationToken` is not one that was handed out', 'not described'),
}

/** Lists the subscriptions of the offers whose technical configuration names the app. */
export const listSubscriptions: Operation<MarketplaceState> = {
  method: 'GET',
  path: '/api/saas/subscriptions',
  answers,
  answer(call) {
    const start = continued(parameter(call.query, 'continuationToken'))
    if (start === undefined) {
      return reply(answers.badToken, 'The continuationToken is not valid.')
    }
    const all = call.state.subscriptions.filter(({ offer }) => admits(offer, call))
    if (all.length === 0) return reply(answers.none)
    const end = start + pageSize
    const next = new URLSearchParams({
      continuationToken: continuation(end),
      'api-version': '2018-08-31',
    })
    return reply(answers.listed, {
      subscriptions: all.slice(start, end).map(one => subscriptionJson(one, call.now)),
      ...(end < all.length && { '@nextLink': `${call.origin}/api/saas/subscriptions/?${next}` }),
    })
  },
}
