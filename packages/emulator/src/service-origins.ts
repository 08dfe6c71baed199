import type { ApiName } from './api/api-name.ts'

/** The origins of the emulated services, by the names of the APIs that production has on one origin. */
export interface ServiceOrigins {
  readonly authority: string
  readonly cloudPartnerPortal: string
  readonly productIngestion: string
  readonly partnerCenterSubmission: string
  /** SaaS fulfillment and metering. */
  readonly marketplace: string
  readonly partnerCenterAnalytics: string
}

/** Which APIs production has on which origin. */
export const apisByOrigin: Readonly<
  Record<Exclude<keyof ServiceOrigins, 'authority'>, readonly ApiName[]>
> = {
  cloudPartnerPortal: ['portal'],
  productIngestion: ['product-ingestion'],
  partnerCenterSubmission: ['submission'],
  marketplace: ['saas', 'metering'],
  partnerCenterAnalytics: ['analytics'],
}
