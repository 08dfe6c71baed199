import type { PublisherSeed, TenantSeed } from './seed.ts'

/** One tenant with one app that has one secret. */
export const defaultTenants: readonly TenantSeed[] = [{ apps: [{ name: 'offer-automation' }] }]

/** One publisher with two offers. */
export const defaultPublishers: readonly PublisherSeed[] = [
  {
    id: 'contoso',
    displayText: 'Contoso',
    sellerId: 1234567,
    offers: [
      { id: 'contoso-vm', definition: { displayText: 'Contoso VM' } },
      { id: 'contoso-firewall', definition: { displayText: 'Contoso Firewall' } },
    ],
  },
]
