import type { MarketplaceState } from '../marketplace/marketplace.ts'

/** One row of a report, by the names of its columns. */
export type Row = Readonly<Record<string, string | number>>

/** A set of data that can be queried. */
export interface Dataset {
  readonly name: string
  readonly columns: readonly string[]
  /** The rows that follow from what the emulated marketplace has. */
  readonly rows: (marketplace: MarketplaceState, now: number) => readonly Row[]
}

/** The datasets of the reference that the marketplace has data for, with some of their columns. */
export const datasets: readonly Dataset[] = [
  {
    name: 'ISVUsage',
    columns: [
      'MarketplaceSubscriptionId',
      'OfferName',
      'SKU',
      'SKUBillingType',
      'UsageDate',
      'MeterDimension',
      'NormalizedUsage',
      'EstimatedExtendedChargePC',
    ],
    rows: ({ usageEvents }) =>
      usageEvents.map(event => ({
        MarketplaceSubscriptionId: event.resourceId,
        OfferName: event.offerId,
        SKU: event.planId,
        SKUBillingType: 'Paid',
        UsageDate: day(event.effectiveAt),
        MeterDimension: event.dimension,
        NormalizedUsage: event.quantity,
        EstimatedExtendedChargePC: event.quantity,
      })),
  },
  {
    name: 'ISVOrder',
    columns: [
      'AssetId',
      'OfferName',
      'SKU',
      'OrderStatus',
      'OrderPurchaseDate',
      'OrderQuantity',
      'CustomerId',
    ],
    rows: ({ subscriptions }, now) =>
      subscriptions.map(subscription => {
        const { status, planId, quantity } = subscription.at(now)
        return {
          AssetId: subscription.id,
          OfferName: subscription.offer.id,
          SKU: planId,
          OrderStatus: status === 'Unsubscribed' ? 'Cancelled' : 'Active',
          OrderPurchaseDate: day(subscription.createdAt),
          OrderQuantity: quantity ?? 1,
          CustomerId: subscription.beneficiary.tenantId,
        }
      }),
  },
  {
    name: 'ISVCustomer',
    columns: ['CustomerId', 'Email', 'DateAcquired', 'OfferName', 'SKU'],
    rows: ({ subscriptions }, now) =>
      subscriptions.map(subscription => ({
        CustomerId: subscription.beneficiary.tenantId,
        Email: subscription.beneficiary.emailId,
        DateAcquired: day(subscription.createdAt),
        OfferName: subscription.offer.id,
        SKU: subscription.at(now).planId,
      })),
  },
]

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
