import type { ApiCall } from '../api/operation.ts'
import { serviceTime } from '../api/service-time.ts'
import { isObject, type JsonObject } from '../http/json-body.ts'
import type { MarketplaceState } from '../marketplace/marketplace.ts'
import type { MarketplaceSubscription } from '../marketplace/subscription.ts'
import type { UsageEvent } from '../marketplace/usage.ts'

/** A request to the metering API. */
export type MeteringCall = ApiCall<MarketplaceState>

/** What becomes of one usage event. */
export type JudgedUsage =
  | { readonly status: 'Accepted'; readonly event: UsageEvent }
  | { readonly status: 'Duplicate'; readonly event: UsageEvent }
  | {
      readonly status: UsageRefusal
      readonly message: string
      /** The member that is to blame. */
      readonly target: string
    }

/** Why a usage event is not accepted. */
export type UsageRefusal =
  | 'BadArgument'
  | 'Expired'
  | 'InvalidDimension'
  | 'InvalidQuantity'
  | 'ResourceNotActive'
  | 'ResourceNotAuthorized'
  | 'ResourceNotFound'

const day = 24 * 3_600_000

/** Judges a usage event as it was sent, and records it when it is the first of its resource, dimension and hour. */
export function judgeUsage(call: MeteringCall, sent: unknown): JudgedUsage {
  if (!isObject(sent)) return refused('BadArgument', 'The usage event is required.', 'UsageEvent')
  const { dimension, planId, quantity, effectiveStartTime } = sent
  for (const member of ['dimension', 'effectiveStartTime', 'planId']) {
    if (typeof sent[member] === 'string' && sent[member] !== '') continue
    const target = `${member[0]?.toUpperCase()}${member.slice(1)}`
    return refused('BadArgument', `The ${member} is required.`, target)
  }
  if (typeof quantity !== 'number') {
    return refused('BadArgument', 'The quantity is required.', 'Quantity')
  }
  const subscription = metered(call, sent)
  if ('status' in subscription && 'target' in subscription) return subscription
  if (quantity <= 0) {
    return refused('InvalidQuantity', 'The quantity has to be greater than 0.', 'Quantity')
  }
  const state = subscription.at(call.now)
  const plan = subscription.offer.plans.find(({ id }) => id === planId)
  if (!plan || planId !== state.planId) {
    return refused('BadArgument', 'The planId is not the one of the subscription.', 'PlanId')
  }
  if (!plan.dimensions.includes(String(dimension))) {
    return refused('InvalidDimension', 'The plan does not have this dimension.', 'Dimension')
  }
  const effectiveAt = utc(String(effectiveStartTime))
  if (effectiveAt === undefined || effectiveAt > call.now) {
    const message = 'The effectiveStartTime is not a time in the past.'
    return refused('BadArgument', message, 'EffectiveStartTime')
  }
  if (effectiveAt < call.now - day) {
    const message = 'The effectiveStartTime is more than 24 hours in the past.'
    return refused('Expired', message, 'EffectiveStartTime')
  }
  const { usage } = call.state
  const { id: resourceId, offer } = subscription
  const same = usage.find(resourceId, String(dimension), effectiveAt)
  if (same) return { status: 'Duplicate', event: same }
  const event: UsageEvent = {
    id: call.newId('usage event'),
    resourceId,
    planId: plan.id,
    offerId: offer.id,
    dimension: String(dimension),
    quantity,
    effectiveStartTime: String(effectiveStartTime),
    effectiveAt,
    acceptedAt: call.now,
  }
  usage.add(event)
  return { status: 'Accepted', event }
}

/** An accepted event as the API shows it. */
export function usageJson(event: UsageEvent, status: 'Accepted' | 'Duplicate'): JsonObject {
  return {
    usageEventId: event.id,
    status,
    messageTime: serviceTime(event.acceptedAt),
    resourceId: event.resourceId,
    quantity: event.quantity,
    dimension: event.dimension,
    effectiveStartTime: event.effectiveStartTime,
    planId: event.planId,
  }
}

/** What the API says to a repeated event. */
export function conflict(event: UsageEvent): JsonObject {
  return {
    additionalInfo: { acceptedMessage: usageJson(event, 'Duplicate') },
    message: 'This usage event already exist.',
    code: 'Conflict',
  }
}

function metered(
  { state, clientId, tenantId, now }: MeteringCall,
  { resourceId, resourceUri }: JsonObject,
): MarketplaceSubscription | Extract<JudgedUsage, { target: string }> {
  if (typeof resourceUri === 'string') {
    const message = 'There is no managed application; the emulator meters SaaS subscriptions only.'
    return refused('ResourceNotFound', message, 'ResourceUri')
  }
  if (typeof resourceId !== 'string' || resourceId === '') {
    return refused('BadArgument', 'The resourceId is required.', 'ResourceId')
  }
  const subscription = state.subscription(resourceId)
  if (!subscription) {
    return refused('ResourceNotFound', 'The resourceId is not known.', 'ResourceId')
  }
  const { offer } = subscription
  if (offer.clientId !== clientId || offer.tenantId !== tenantId) {
    const message = 'Client is not authorized for this usage resource.'
    return refused('ResourceNotAuthorized', message, 'ResourceId')
  }
  const { status } = subscription.at(now)
  if (status !== 'Subscribed') {
    return refused('ResourceNotActive', `The subscription is ${status}.`, 'ResourceId')
  }
  return subscription
}

function refused(
  status: UsageRefusal,
  message: string,
  target: string,
): Extract<JudgedUsage, { target: string }> {
  return { status, message, target }
}

// As documented: a time without a zone is in UTC.
function utc(text: string): number | undefined {
  const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?$/i
  const found = iso.exec(text)
  if (!found) return undefined
  const at = Date.parse(found[1] !== undefined && found[4] === undefined ? `${text}Z` : text)
  return Number.isNaN(at) ? undefined : at
}
