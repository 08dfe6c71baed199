import { ownMembers } from './own-members.ts'
import type {
  OfferSeed,
  ProductIngestionSeed,
  PublisherSeed,
  SaasSeed,
  SubmissionSeed,
  TenantSeed,
} from './seed.ts'

/** One tenant with one app that has one secret. */
export const defaultTenants: readonly TenantSeed[] = plain([
  { apps: [{ name: 'offer-automation' }] },
])

/** One publisher with two offers. */
export const defaultPublishers: readonly PublisherSeed[] = plain([
  {
    id: 'contoso',
    displayText: 'Contoso',
    sellerId: 1234567,
    offers: [
      virtualMachine('contoso-vm', 'Contoso VM'),
      virtualMachine('contoso-firewall', 'Contoso Firewall'),
    ],
  },
])

/** One SaaS offer with two plans, one of them metered; a purchase to resolve and a subscription in use. */
export const defaultSaas: SaasSeed = plain({
  offers: [
    {
      id: 'contoso-cloud',
      plans: [
        { id: 'silver', displayName: 'Silver', perSeat: true },
        { id: 'gold', displayName: 'Gold', dimensions: ['emails', 'reports'] },
      ],
    },
  ],
  subscriptions: [
    { name: 'Contoso Cloud for Fabrikam', plan: 'silver', quantity: 5 },
    { name: 'Contoso Cloud for Northwind', plan: 'gold', status: 'Subscribed' },
  ],
})

/** One product with one plan. */
export const defaultProductIngestion: ProductIngestionSeed = plain({
  products: [
    {
      externalId: 'contoso-vm',
      alias: 'Contoso VM',
      plans: [{ externalId: 'standard', alias: 'Standard' }],
    },
  ],
})

/** One Azure application with one plan. */
export const defaultSubmission: SubmissionSeed = plain({
  products: [{ name: 'contoso-app', variants: ['basic'] }],
})

// Defaults are not checked as seeds are, so they lose their prototypes here.
function plain<Value>(seed: Value): Value {
  return ownMembers(seed) as Value
}

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
