import type { OfferSeed, PublisherSeed, TenantSeed } from './seed.ts'

/** One tenant with one app that has one secret. */
export const defaultTenants: readonly TenantSeed[] = [{ apps: [{ name: 'offer-automation' }] }]

/** One publisher with two offers. */
export const defaultPublishers: readonly PublisherSeed[] = [
  {
    id: 'contoso',
    displayText: 'Contoso',
    sellerId: 1234567,
    offers: [
      virtualMachine('contoso-vm', 'Contoso VM'),
      virtualMachine('contoso-firewall', 'Contoso Firewall'),
    ],
  },
]

function virtualMachine(id: string, title: string): OfferSeed {
  return {
    id,
    offerTypeId: 'microsoft-azure-virtualmachines',
    definition: {
      displayText: title,
      offer: {
        'microsoft-azure-marketplace.title': title,
        'microsoft-azure-marketplace.summary': `${title} for tests`,
      },
      plans: [
        {
          planId: 'standard',
          regions: ['US'],
          'microsoft-azure-virtualmachines.skuTitle': 'Standard',
          virtualMachinePricing: { isByol: true, freeTrialDurationInMonths: 0 },
          'microsoft-azure-virtualmachines.vmImages': {
            '1.0.0': { osVhdUrl: 'https://images.example/standard-1.0.0.vhd' },
          },
        },
      ],
    },
  }
}
