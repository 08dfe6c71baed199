import type { Marketplace } from '../marketplace/marketplace.ts'
import type { Subscription } from '../marketplace/subscription.ts'
import { operationState } from '../marketplace/subscription-operation.ts'
import type { SubscriptionStatus } from '../marketplace/subscription-status.ts'
import type { UsageEvent } from '../marketplace/usage.ts'
import type { WebhookCall } from '../marketplace/webhook.ts'
import { group, newest } from './group.ts'
import type { ShownGroup, ShownThing, Tone } from './protocol.ts'

/** The SaaS subscriptions, what their webhooks were told, and the usage that was metered. */
export function shownMarketplace(marketplace: Marketplace, now: number): ShownGroup[] {
  const { subscriptions, webhooks, usageEvents } = marketplace
  const nameOf = (id: string) => marketplace.subscription(id)?.name ?? id
  return [
    group(
      'Subscriptions',
      'saas',
      newest(subscriptions),
      subscription => shownSubscription(subscription, now),
      subscriptions.length,
    ),
    group(
      'Webhooks',
      'saas',
      newest(webhooks),
      call => shownWebhook(call, nameOf),
      webhooks.length,
    ),
    group(
      'Usage',
      'metering',
      newest(usageEvents),
      event => shownUsage(event, nameOf),
      usageEvents.length,
    ),
  ]
}

function shownSubscription(subscription: Subscription, now: number): ShownThing {
  const { id, name, status, planId, quantity, operations } = subscription
  const [text, tone] = states[status]
  const underWay = operations.filter(one => operationState(one, now).status === 'InProgress')
  const seats = quantity === undefined ? [] : [`${quantity} ${quantity === 1 ? 'seat' : 'seats'}`]
  const waiting = underWay.map(({ action }) => `${action} in progress`)
  return {
    key: id,
    name,
    status: text,
    tone,
    note: [planId, ...seats, ...waiting, id].join(' · '),
  }
}

const states: Readonly<Record<SubscriptionStatus, readonly [string, Tone]>> = {
  PendingFulfillmentStart: ['to be activated', 'info'],
  Subscribed: ['subscribed', 'good'],
  Suspended: ['suspended', 'warn'],
  Unsubscribed: ['unsubscribed', 'none'],
}

function shownWebhook(call: WebhookCall, nameOf: (id: string) => string): ShownThing {
  const { status, action, operationId, subscriptionId, url } = call
  return {
    key: operationId,
    name: action,
    status: status === 0 ? 'no answer yet' : String(status),
    tone: status === 0 ? 'none' : status < 300 ? 'good' : 'bad',
    note: `${nameOf(subscriptionId)} · ${url}`,
  }
}

function shownUsage(event: UsageEvent, nameOf: (id: string) => string): ShownThing {
  const { id, dimension, quantity, resourceId, planId, effectiveStartTime } = event
  return {
    key: id,
    name: `${quantity} ${dimension}`,
    status: 'accepted',
    tone: 'good',
    note: [nameOf(resourceId), planId, effectiveStartTime].join(' · '),
  }
}
