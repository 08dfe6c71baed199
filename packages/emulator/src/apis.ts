import type { HTTPMethod } from 'find-my-way'
import { analyticsApi } from './analytics/analytics-api.ts'
import type { Answer } from './api/answer.ts'
import type { Api } from './api/api.ts'
import { meteringApi } from './metering/metering-api.ts'
import { portalApi } from './portal/portal-api.ts'
import { productIngestionApi } from './product-ingestion/product-ingestion-api.ts'
import { saasApi } from './saas/saas-api.ts'
import { submissionApi } from './submission/submission-api.ts'

/** What the table of answers tells of an API, whatever it works on. */
export type DescribedApi = Pick<
  Api<never>,
  'name' | 'title' | 'audiences' | 'paths' | 'versionParameter' | 'answers'
> & {
  readonly operations: readonly {
    readonly method: HTTPMethod | HTTPMethod[]
    readonly path: string
    readonly answers: Readonly<Record<string, Answer>>
  }[]
}

/** Every emulated API. */
export const apis: readonly DescribedApi[] = [
  portalApi,
  productIngestionApi,
  submissionApi,
  saasApi,
  meteringApi,
  analyticsApi,
]
