import type { PublisherSeed } from '../seed/seed.ts'

/** A publisher account and its offers. */
export interface Publisher {
  readonly id: string
  readonly displayText: string
  readonly sellerId: number
  readonly offers: readonly Offer[]
  /** Whether an app has a role in the account. */
  admits(clientId: string): boolean
}

/** An offer as the list shows it. */
export interface Offer {
  readonly id: string
  readonly offerTypeId: string
  readonly displayText: string
  readonly changedAt: number
}

/** Makes the publisher accounts that a seed describes. */
export function publisherAccounts(seeds: readonly PublisherSeed[], now: number): Publisher[] {
  return seeds.map(({ id, displayText = id, sellerId = 1000000, apps, offers = [] }) => {
    const members = apps && new Set(apps.map(app => app.toLowerCase()))
    return {
      id,
      displayText,
      sellerId,
      admits: clientId => !members || members.has(clientId.toLowerCase()),
      offers: offers.map(offer => ({
        id: offer.id,
        offerTypeId: offer.offerTypeId ?? 'microsoft-azure-virtualmachines',
        displayText: String(offer.definition?.['displayText'] ?? offer.id),
        changedAt: now,
      })),
    }
  })
}
