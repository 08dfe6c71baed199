import { analyticsApi } from './analytics/analytics-api.ts'
import type { ApiName } from './api/api-name.ts'
import { apiArea } from './api/api-routes.ts'
import type { Service } from './api/service.ts'
import type { Area } from './http/route.ts'
import { meteringApi } from './metering/metering-api.ts'
import { portalApi } from './portal/portal-api.ts'
import { productIngestionApi } from './product-ingestion/product-ingestion-api.ts'
import { saasApi } from './saas/saas-api.ts'
import { submissionApi } from './submission/submission-api.ts'
import type { World } from './world.ts'

/** What every API is checked by. */
export type CommonParts = Pick<Service<never>, 'authorityOrigin' | 'checkToken'>

/** The part of an origin that each API has, on the world that there is when a request comes. */
export function apiAreas(world: () => World, common: CommonParts): ReadonlyMap<ApiName, Area> {
  const newId = () => world().newId
  const area = <State>(api: Service<State>['api'], state: () => State): [ApiName, Area] => [
    api.name,
    apiArea({ ...common, newId, api, state }),
  ]
  return new Map([
    area(portalApi, () => world().portal),
    area(productIngestionApi, () => world().productIngestion),
    area(submissionApi, () => world().submission),
    area(saasApi, () => world().marketplace),
    area(meteringApi, () => world().marketplace),
    area(analyticsApi, () => world().analytics),
  ])
}
