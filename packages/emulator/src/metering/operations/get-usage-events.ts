import { documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import { reply } from '../../api/reply.ts'
import type { MarketplaceState } from '../../marketplace/marketplace.ts'
import type { UsageEvent } from '../../marketplace/usage.ts'
import type { MeteringCall } from '../judged-usage.ts'
import { meteringOpenApi, meteringPage } from '../source.ts'

const day = 24 * 3_600_000

const answers = {
  listed: documented(
    200,
    'a `usageStartDate` is given: the sums of each day, subscription and dimension; that they are Submitted for a day and Accepted from then on is chosen',
    meteringPage,
  ),
  badDate: documented(400, '`usageStartDate` is missing, or a date is malformed', meteringOpenApi),
}

/** Lists what was metered, day by day. */
export const getUsageEvents: Operation<MarketplaceState> = {
  method: 'GET',
  path: '/api/usageEvents',
  answers,
  answer(call) {
    const given = (name: string) => parameter(call.query, name)
    const from = Date.parse(given('usageStartDate') ?? '')
    const until =
      given('usageEndDate') === undefined ? call.now : Date.parse(given('usageEndDate') ?? '')
    if (Number.isNaN(from) || Number.isNaN(until)) {
      const message = 'A usageStartDate is required, in ISO 8601.'
      return reply(answers.badDate, { message, target: 'usageStartDate', code: 'BadArgument' })
    }
    const shown = sums(call, call.state.usage.events).filter(
      sum =>
        sum.day + day > from &&
        sum.day <= until &&
        (given('offerId') ?? sum.json.offerId) === sum.json.offerId &&
        (given('planId') ?? sum.json.planId) === sum.json.planId &&
        (given('dimension') ?? sum.json.dimension) === sum.json.dimension &&
        (given('azureSubscriptionId') ?? sum.json.azureSubscriptionId) ===
          sum.json.azureSubscriptionId &&
        (given('reconStatus') ?? sum.json.reconStatus) === sum.json.reconStatus,
    )
    return reply(
      answers.listed,
      shown.map(({ json }) => json),
    )
  },
}

interface DailySum {
  readonly day: number
  readonly json: Readonly<Record<string, string | number>>
}

function sums(call: MeteringCall, events: readonly UsageEvent[]): DailySum[] {
  const grouped = Map.groupBy(
    events.filter(event => isOwn(call, event)),
    ({ resourceId, dimension, planId, effectiveAt }) =>
      JSON.stringify([Math.floor(effectiveAt / day), resourceId, dimension, planId]),
  )
  return [...grouped.values()].map(group => dailySum(call, group))
}

function isOwn({ state, clientId, tenantId }: MeteringCall, { offerId }: UsageEvent): boolean {
  const offer = state.offer(offerId)
  return offer?.clientId === clientId && offer.tenantId === tenantId
}

function dailySum({ state, now }: MeteringCall, group: readonly UsageEvent[]): DailySum {
  const [first] = group as [UsageEvent]
  const start = Math.floor(first.effectiveAt / day) * day
  const quantity = group.reduce((sum, event) => sum + event.quantity, 0)
  const accepted = now >= start + 2 * day
  const plan = state.offer(first.offerId)?.plans.find(({ id }) => id === first.planId)
  return {
    day: start,
    json: {
      usageDate: `${new Date(start).toISOString().slice(0, 10)}T00:00:00Z`,
      usageResourceId: first.resourceId,
      dimension: first.dimension,
      planId: first.planId,
      planName: accepted ? (plan?.displayName ?? '') : '',
      offerId: first.offerId,
      offerName: accepted ? first.offerId : '',
      offerType: 'SaaS',
      azureSubscriptionId: first.resourceId,
      reconStatus: accepted ? 'Accepted' : 'Submitted',
      submittedQuantity: quantity,
      processedQuantity: accepted ? quantity : 0,
      submittedCount: group.length,
    },
  }
}
