import type { SubscriptionSeed } from '../seed/seed.ts'
import { type StableIds, stableGuid } from '../stable-ids.ts'
import type { Person } from './person.ts'
import { purchaseToken } from './purchase-token.ts'
import type { SaasOffer } from './saas-offer.ts'
import {
  operationState,
  type SubscriptionAction,
  type SubscriptionOperation,
} from './subscription-operation.ts'
import type { SubscriptionStatus } from './subscription-status.ts'

/** A subscription at one time. */
export interface SubscriptionState {
  readonly status: SubscriptionStatus
  readonly planId: string
  readonly quantity?: number | undefined
  readonly term?: { readonly start: number; readonly end: number } | undefined
  readonly changedAt: number
}

/**
 * A SaaS subscription that a customer bought. The methods are what a customer does in Azure, or what Microsoft
 * does: each starts an operation, sends the webhook of the offer, and resolves when that has been answered.
 */
export interface Subscription extends SubscriptionState {
  readonly id: string
  readonly name: string
  readonly offer: SaasOffer
  readonly beneficiary: Person
  readonly purchaser: Person
  readonly termUnit: 'P1M' | 'P1Y'
  readonly autoRenew: boolean
  readonly isFreeTrial: boolean
  readonly allowedCustomerOperations: readonly ('Read' | 'Update' | 'Delete')[]
  readonly createdAt: number
  readonly operations: readonly SubscriptionOperation[]
  /** A fresh token for the resolve API, as it stands after decoding; it holds for 24 hours. */
  readonly purchaseToken: string
  /** The address that a customer is sent to: the landing page with such a token. */
  readonly landingPage: string
  changePlan(planId: string): Promise<SubscriptionOperation>
  changeQuantity(quantity: number): Promise<SubscriptionOperation>
  suspend(): Promise<SubscriptionOperation>
  reinstate(): Promise<SubscriptionOperation>
  renew(): Promise<SubscriptionOperation>
  unsubscribe(): Promise<SubscriptionOperation>
}

/** What the marketplace does with a subscription besides what its users can. */
export interface MarketplaceSubscription extends Subscription {
  at(now: number): SubscriptionState
  activate(now: number): void
  start(
    action: SubscriptionAction,
    requestedBy: SubscriptionOperation['requestedBy'],
    change: { readonly planId?: string; readonly quantity?: number },
    now: number,
  ): SubscriptionOperation
  acknowledge(id: string, status: 'Success' | 'Failure', now: number): void
  /** Sends the webhook of an operation and remembers what it was answered. */
  deliver(operation: SubscriptionOperation): Promise<SubscriptionOperation>
}

/** What a subscription needs of the marketplace. */
export interface SubscriptionParts {
  readonly offer: SaasOffer
  readonly now: () => number
  readonly newId: StableIds
  /** Resolves to the status that the webhook answered, 0 when it did not. */
  readonly send: (
    subscription: MarketplaceSubscription,
    operation: SubscriptionOperation,
  ) => Promise<number>
}

/** Makes the subscription that a seed describes. */
export function makeSubscription(
  seed: SubscriptionSeed,
  { offer, now, newId, send }: SubscriptionParts,
): MarketplaceSubscription {
  const id = (seed.id ?? newId('subscription')).toLowerCase()
  const createdAt = now()
  const wanted = seed.status ?? 'PendingFulfillmentStart'
  const plan = offer.plans.find(plan => plan.id === seed.plan) ?? offer.plans[0]
  const bought = {
    planId: seed.plan ?? plan?.id ?? '',
    quantity: seed.quantity ?? plan?.seats?.min,
  }
  const termUnit = seed.termUnit ?? 'P1M'
  let activatedAt = wanted === 'PendingFulfillmentStart' ? undefined : createdAt
  let operations: SubscriptionOperation[] = []

  function at(time: number): SubscriptionState {
    let { planId, quantity } = bought
    let status = activatedAt !== undefined && activatedAt <= time ? initial(wanted) : pending
    let changedAt = activatedAt ?? createdAt
    let start = activatedAt
    for (const operation of operations) {
      const { status: reached, since } = operationState(operation, time)
      if (reached !== 'Succeeded' || operation.startedAt > time) continue
      changedAt = Math.max(changedAt, since)
      status = after[operation.action] ?? status
      if (operation.action === 'Renew') start = since
      if (operation.action === 'ChangePlan') planId = operation.planId
      if (operation.action === 'ChangeQuantity') quantity = operation.quantity
    }
    return {
      status,
      planId,
      ...(quantity !== undefined && { quantity }),
      ...(status !== pending && start !== undefined && { term: term(start, termUnit) }),
      changedAt,
    }
  }

  function replace(id: string, change: Partial<SubscriptionOperation>): SubscriptionOperation {
    operations = operations.map(one => (one.id === id ? { ...one, ...change } : one))
    return operations.find(one => one.id === id) as SubscriptionOperation
  }

  async function happens(
    action: SubscriptionAction,
    change: { readonly planId?: string; readonly quantity?: number } = {},
  ): Promise<SubscriptionOperation> {
    const { status } = at(now())
    if (!possible[action].includes(status)) {
      throw new TypeError(`${action} is not possible while the subscription is ${status}.`)
    }
    return subscription.deliver(subscription.start(action, 'Azure', change, now()))
  }

  const subscription: MarketplaceSubscription = {
    id,
    offer,
    name: seed.name ?? 'Contoso Cloud Solution',
    beneficiary: person(seed.beneficiary, `beneficiary of ${id}`),
    purchaser: person(seed.purchaser ?? seed.beneficiary, `beneficiary of ${id}`),
    termUnit,
    autoRenew: seed.autoRenew ?? true,
    isFreeTrial: seed.isFreeTrial ?? false,
    allowedCustomerOperations: seed.allowedCustomerOperations ?? ['Delete', 'Update', 'Read'],
    createdAt,
    get status() {
      return at(now()).status
    },
    get planId() {
      return at(now()).planId
    },
    get quantity() {
      return at(now()).quantity
    },
    get term() {
      return at(now()).term
    },
    get changedAt() {
      return at(now()).changedAt
    },
    get operations() {
      return operations
    },
    get purchaseToken() {
      return purchaseToken(id, now())
    },
    get landingPage() {
      const url = new URL(offer.landingPage)
      url.searchParams.set('token', subscription.purchaseToken)
      return url.href
    },
    at,
    activate(time) {
      activatedAt = time
    },
    start(action, requestedBy, change, time) {
      const present = at(time)
      const quantity = change.quantity ?? present.quantity
      const started: SubscriptionOperation = {
        id: newId('subscription operation'),
        activityId: newId('activity'),
        action,
        requestedBy,
        startedAt: time,
        planId: change.planId ?? present.planId,
        ...(quantity !== undefined && { quantity }),
      }
      operations = [...operations, started]
      return started
    },
    acknowledge(id, status, time) {
      replace(id, { acknowledged: { status, at: time } })
    },
    async deliver(operation) {
      const status = await send(subscription, operation)
      return replace(operation.id, { webhook: { status, at: now() } })
    },
    changePlan: planId => happens('ChangePlan', { planId }),
    changeQuantity: quantity => happens('ChangeQuantity', { quantity }),
    suspend: () => happens('Suspend'),
    reinstate: () => happens('Reinstate'),
    renew: () => happens('Renew'),
    unsubscribe: () => happens('Unsubscribe'),
  }
  return subscription
}

const pending = 'PendingFulfillmentStart'

const after: Readonly<Partial<Record<SubscriptionAction, SubscriptionStatus>>> = {
  Suspend: 'Suspended',
  Reinstate: 'Subscribed',
  Unsubscribe: 'Unsubscribed',
}

const possible: Readonly<Record<SubscriptionAction, readonly SubscriptionStatus[]>> = {
  ChangePlan: ['Subscribed'],
  ChangeQuantity: ['Subscribed'],
  Renew: ['Subscribed'],
  Suspend: ['Subscribed'],
  Reinstate: ['Suspended'],
  Unsubscribe: [pending, 'Subscribed', 'Suspended'],
}

function initial(wanted: SubscriptionStatus): SubscriptionStatus {
  return wanted === pending ? 'Subscribed' : wanted
}

function term(start: number, unit: 'P1M' | 'P1Y'): { start: number; end: number } {
  const from = new Date(start)
  from.setUTCHours(0, 0, 0, 0)
  const until = new Date(from)
  if (unit === 'P1M') until.setUTCMonth(until.getUTCMonth() + 1)
  else until.setUTCFullYear(until.getUTCFullYear() + 1)
  // The last day is the one before the next term begins.
  return { start: from.getTime(), end: until.getTime() - 86_400_000 }
}

function person(seed: Partial<Person> | undefined, name: string): Person {
  return {
    emailId: seed?.emailId ?? 'buyer@contoso.example',
    objectId: seed?.objectId ?? stableGuid(`object ${name}`),
    tenantId: seed?.tenantId ?? stableGuid(`tenant ${name}`),
    puid: seed?.puid ?? '1003200000000000',
  }
}
