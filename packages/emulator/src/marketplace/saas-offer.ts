import type { SaasOfferSeed, SaasPlanSeed } from '../seed/seed.ts'
import { checkedWebhook } from './webhook-address.ts'

/** A SaaS offer as its technical configuration in Partner Center has it. */
export interface SaasOffer {
  readonly id: string
  readonly publisherId: string
  /** The tenant and the app whose tokens may use the offer's subscriptions. */
  readonly tenantId: string
  readonly clientId: string
  /** Where customers are sent after a purchase. */
  readonly landingPage: string
  /**
   * Where events are sent; without it they are not.
   *
   * @throws TypeError when it is set to an address that is not loopback, unless the emulator was told otherwise.
   */
  webhook?: string | undefined
  readonly plans: readonly SaasPlan[]
}

/** One plan of a SaaS offer. */
export interface SaasPlan {
  readonly id: string
  readonly displayName: string
  readonly description: string
  readonly isPrivate: boolean
  /** How many seats can be bought; absent where the price is not per seat. */
  readonly seats?: { readonly min: number; readonly max: number }
  /** The ids of its custom meters. */
  readonly dimensions: readonly string[]
}

/** The tenant and the app of an offer whose seed names none. */
export interface SaasOwner {
  readonly tenantId: string
  readonly clientId: string
}

/** Makes the offer that a seed describes. */
export function saasOffer(
  seed: SaasOfferSeed,
  owner: SaasOwner,
  webhooksAnywhere: boolean,
): SaasOffer {
  let webhook = checkedWebhook(seed.webhook, webhooksAnywhere)
  return {
    id: seed.id,
    publisherId: seed.publisherId ?? 'contoso',
    tenantId: (seed.tenantId ?? owner.tenantId).toLowerCase(),
    clientId: (seed.app ?? owner.clientId).toLowerCase(),
    landingPage: seed.landingPage ?? 'https://contoso.example/signup',
    get webhook() {
      return webhook
    },
    set webhook(url) {
      webhook = checkedWebhook(url, webhooksAnywhere)
    },
    plans: (seed.plans ?? [{ id: 'standard' }]).map(saasPlan),
  }
}

function saasPlan(seed: SaasPlanSeed): SaasPlan {
  const { id, minQuantity = 1, maxQuantity = 100, perSeat = false } = seed
  return {
    id,
    displayName: seed.displayName ?? id,
    description: seed.description ?? '',
    isPrivate: seed.isPrivate ?? false,
    ...(perSeat && { seats: { min: minQuantity, max: maxQuantity } }),
    dimensions: seed.dimensions ?? [],
  }
}
