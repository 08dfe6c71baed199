import type { OfferSeed, PublisherSeed } from '../seed/seed.ts'
import type { StableIds } from '../stable-ids.ts'
import { makeOffer, type Offer } from './offer.ts'

/** A publisher account with its offers. */
export interface PublisherAccount {
  readonly id: string
  readonly displayText: string
  readonly sellerId: number
  readonly offers: readonly Offer[]
  /** Whether an app has a role in the account. */
  admits(clientId: string): boolean
  offer(id: string): Offer | undefined
}

/** A publisher account as the emulator has it. */
export interface OwnPublisherAccount extends PublisherAccount {
  addOffer(offer: OfferSeed, now: number): Offer
}

/** Makes the publisher account that a seed describes. */
export function publisherAccount(
  seed: PublisherSeed,
  now: number,
  newId: StableIds,
): OwnPublisherAccount {
  const members = seed.apps && new Set(seed.apps.map(app => app.toLowerCase()))
  const offers = (seed.offers ?? []).map(offer => makeOffer(seed.id, offer, now, newId))
  return {
    id: seed.id,
    displayText: seed.displayText ?? seed.id,
    sellerId: seed.sellerId ?? 1_000_000,
    offers,
    admits: clientId => !members || members.has(clientId.toLowerCase()),
    offer: id => offers.find(offer => offer.id === id),
    addOffer(offer, now) {
      const made = makeOffer(seed.id, offer, now, newId)
      offers.push(made)
      return made
    },
  }
}
