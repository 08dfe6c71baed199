import type { SaasOfferSeed, SaasSeed, SubscriptionSeed } from '../seed/seed.ts'
import type { StableIds } from '../stable-ids.ts'
import { trafficLog } from '../traffic/traffic-log.ts'
import { operationJson } from './operation-json.ts'
import { subscriptionOf } from './purchase-token.ts'
import { type SaasOffer, type SaasOwner, saasOffer } from './saas-offer.ts'
import {
  type MarketplaceSubscription,
  makeSubscription,
  type Subscription,
} from './subscription.ts'
import { subscriptionJson } from './subscription-json.ts'
import type { SubscriptionOperation } from './subscription-operation.ts'
import { type UsageEvent, type UsageRecords, usageRecords } from './usage.ts'
import { postEvent, type WebhookCall } from './webhook.ts'
import { type WebhookTokenParts, webhookToken } from './webhook-token.ts'

/** SaaS offers with their subscriptions and what was metered. */
export interface Marketplace {
  readonly offers: readonly SaasOffer[]
  readonly subscriptions: readonly Subscription[]
  /** The events that were sent to webhooks, in order; the newest 10,000. */
  readonly webhooks: readonly WebhookCall[]
  /** The usage events that were accepted. */
  readonly usageEvents: readonly UsageEvent[]
  offer(id: string): SaasOffer | undefined
  subscription(id: string): Subscription | undefined
  /** Resolves when no webhook is waited for. */
  delivered(): Promise<void>
}

/** What the APIs see of it. */
export interface MarketplaceState extends Marketplace {
  readonly subscriptions: readonly MarketplaceSubscription[]
  readonly usage: UsageRecords
  addOffer(offer: SaasOfferSeed): SaasOffer
  addSubscription(subscription: SubscriptionSeed): Subscription
  subscription(id: string): MarketplaceSubscription | undefined
  resolve(purchaseToken: string, now: number): MarketplaceSubscription | undefined
  /** Sends the webhook of an operation that the publisher asked for, after its request is answered. */
  deliverSoon(subscription: MarketplaceSubscription, operation: SubscriptionOperation): void
}

/** What a marketplace works with. */
export interface MarketplaceParts extends WebhookTokenParts {
  readonly owner: SaasOwner
  readonly newId: StableIds
  readonly webhooksAnywhere: boolean
  readonly closing: AbortSignal
}

/** Makes the marketplace that a seed describes. */
export function makeMarketplace(seed: SaasSeed, parts: MarketplaceParts): MarketplaceState {
  const { owner, newId, now, webhooksAnywhere, closing } = parts
  const offers = (seed.offers ?? []).map(one => saasOffer(one, owner, webhooksAnywhere))
  const subscriptions: MarketplaceSubscription[] = []
  const byId = new Map<string, MarketplaceSubscription>()
  const webhooks = trafficLog<WebhookCall>()
  const usage = usageRecords()
  const underWay = new Set<Promise<unknown>>()

  async function send(
    subscription: MarketplaceSubscription,
    operation: SubscriptionOperation,
  ): Promise<number> {
    const { offer } = subscription
    const url = offer.webhook
    // Without a webhook nobody can refuse the change, so it counts as delivered.
    if (url === undefined) return 202
    const at = now()
    const body = {
      ...operationJson(subscription, operation, at),
      subscription: subscriptionJson(subscription, at),
      purchaseToken: null,
    }
    const { id: subscriptionId } = subscription
    const { id: operationId, action } = operation
    const call = { at, url, subscriptionId, operationId, action, body, status: 0 }
    webhooks.add(call)
    const sent = webhookToken(offer, parts).then(token =>
      postEvent(url, JSON.stringify(body), token, closing),
    )
    underWay.add(sent)
    const status = await sent.finally(() => underWay.delete(sent))
    call.status = status
    return status
  }

  function addSubscription(seed: SubscriptionSeed): MarketplaceSubscription {
    const offer = seed.offer === undefined ? offers[0] : offers.find(({ id }) => id === seed.offer)
    if (!offer) throw new TypeError(`There is no SaaS offer ${seed.offer ?? ''} to subscribe to.`)
    if (seed.plan !== undefined && !offer.plans.some(({ id }) => id === seed.plan)) {
      throw new TypeError(`The SaaS offer ${offer.id} has no plan ${seed.plan}.`)
    }
    const made = makeSubscription(seed, { offer, now, newId, send })
    if (byId.has(made.id)) throw new TypeError(`There is a subscription ${made.id} already.`)
    subscriptions.push(made)
    byId.set(made.id, made)
    return made
  }

  for (const subscription of seed.subscriptions ?? []) addSubscription(subscription)

  return {
    offers,
    subscriptions,
    webhooks: webhooks.entries,
    usage,
    get usageEvents() {
      return usage.events
    },
    offer: id => offers.find(offer => offer.id === id),
    addOffer(seed) {
      if (offers.some(({ id }) => id === seed.id)) {
        throw new TypeError(`There is a SaaS offer ${seed.id} already.`)
      }
      const made = saasOffer(seed, owner, webhooksAnywhere)
      offers.push(made)
      return made
    },
    subscription: id => byId.get(id.toLowerCase()),
    addSubscription,
    async delivered() {
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
    resolve: (token, time) => byId.get(subscriptionOf(token, time) ?? ''),
    deliverSoon(subscription, operation) {
      const { promise, resolve } = Promise.withResolvers<void>()
      underWay.add(promise)
      setImmediate(() => {
        subscription.deliver(operation).finally(() => {
          underWay.delete(promise)
          resolve()
        })
      })
    },
  }
}
