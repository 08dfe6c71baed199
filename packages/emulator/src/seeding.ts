import type { Tenant } from './authority/directory.ts'
import type { SaasOffer } from './marketplace/saas-offer.ts'
import type { Subscription } from './marketplace/subscription.ts'
import type { Offer } from './offers/offer.ts'
import type { PublisherAccount } from './offers/publisher-account.ts'
import type { Resource } from './product-ingestion/resource.ts'
import type {
  AppProductSeed,
  OfferSeed,
  ProductSeed,
  PublisherSeed,
  SaasOfferSeed,
  SubscriptionSeed,
  TenantSeed,
} from './seed/seed.ts'
import {
  checkedAppProduct,
  checkedOffer,
  checkedProduct,
  checkedPublisher,
  checkedSaasOffer,
  checkedSubscription,
  checkedTenant,
} from './seed/seed-schema.ts'
import type { AppProduct } from './submission/app-product.ts'
import type { World } from './world.ts'

/**
 * Adds to what an emulator has, one thing at a time, as the members of a seed have it.
 *
 * Each throws a TypeError that names what is wrong with it.
 */
export interface Seeding {
  tenant(tenant?: TenantSeed): Tenant
  /** A publisher account of the Cloud Partner Portal. */
  publisher(publisher: PublisherSeed): PublisherAccount
  /** An offer of a publisher in the Cloud Partner Portal. */
  offer(publisherId: string, offer: OfferSeed): Offer
  /** A product of Product Ingestion, as a draft. */
  product(product: ProductSeed): Resource
  /** A product of the submission API. */
  appProduct(product: AppProductSeed): AppProduct
  saasOffer(offer: SaasOfferSeed): SaasOffer
  /**
   * A subscription that somebody has bought: the first plan of the first SaaS offer unless told otherwise.
   *
   * @example
   * const { purchaseToken } = emulator.subscription({ plan: 'gold' })
   */
  subscription(subscription?: SubscriptionSeed): Subscription
}

/** Adds to the world of an emulator, which a reset replaces. */
export function seeding(world: () => World, now: () => number): Seeding {
  return {
    tenant: (tenant = {}) => world().directory.addTenant(checkedTenant(tenant)),
    publisher: publisher => world().portal.addPublisher(checkedPublisher(publisher), now()),
    offer(publisherId, offer) {
      const publisher = world().portal.publisher(publisherId)
      if (!publisher) throw new TypeError(`There is no publisher ${publisherId}.`)
      return publisher.addOffer(checkedOffer(offer), now())
    },
    product: product => world().productIngestion.addProduct(checkedProduct(product)),
    appProduct: product => world().submission.addProduct(checkedAppProduct(product)),
    saasOffer: offer => world().marketplace.addOffer(checkedSaasOffer(offer)),
    subscription: (subscription = {}) =>
      world().marketplace.addSubscription(checkedSubscription(subscription)),
  }
}
