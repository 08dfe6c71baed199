import type { ApiName } from '../api/api-name.ts'

/** For each API a path that it answers with 200 when the emulator has its default seed. */
export const exampleRequests: Readonly<Record<ApiName, string>> = {
  portal: '/api/publishers/contoso/offers?api-version=2017-10-31',
  'product-ingestion': '/rp/product-ingestion/product?$version=2022-07-01',
  submission: '/v1.0/ingestion/products',
  saas: '/api/saas/subscriptions?api-version=2018-08-31',
  metering: '/api/usageEvents?api-version=2018-08-31&usageStartDate=2026-01-01',
  analytics: '/insights/v1/cmp/ScheduledDataset',
}
