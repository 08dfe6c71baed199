import { type AnalyticsState, makeAnalytics } from './analytics/analytics.ts'
import { type Directory, directory } from './authority/directory.ts'
import { type ManagedIdentities, managedIdentities } from './identity/managed-identities.ts'
import { type MarketplaceState, makeMarketplace } from './marketplace/marketplace.ts'
import type { WebhookTokenParts } from './marketplace/webhook-token.ts'
import { makePortal, type PortalState } from './portal/portal.ts'
import { type IngestionState, makeIngestion } from './product-ingestion/product-ingestion.ts'
import {
  defaultProductIngestion,
  defaultPublishers,
  defaultSaas,
  defaultSubmission,
  defaultTenants,
} from './seed/default-seed.ts'
import { nothing } from './seed/own-members.ts'
import type { Seed } from './seed/seed.ts'
import { type StableIds, stableIds } from './stable-ids.ts'
import { makeSubmissions, type SubmissionState } from './submission/submissions.ts'

/** What the emulated services remember. A reset puts a new one in the place of the old one. */
export interface World {
  readonly newId: StableIds
  readonly directory: Directory
  readonly identities: ManagedIdentities
  readonly portal: PortalState
  readonly marketplace: MarketplaceState
  readonly productIngestion: IngestionState
  readonly submission: SubmissionState
  readonly analytics: AnalyticsState
}

/** What a world needs of the emulator. */
export interface WorldParts extends WebhookTokenParts {
  readonly webhooksAnywhere: boolean
  readonly closing: AbortSignal
}

/** Makes what a seed describes. */
export function makeWorld(seed: Seed, parts: WorldParts): World {
  const { now } = parts
  const newId = stableIds()
  const tenants = directory(seed.tenants ?? defaultTenants, now, newId)
  const [firstTenant] = tenants.tenants
  const owner = {
    tenantId: firstTenant?.id ?? '',
    clientId: firstTenant?.apps[0]?.clientId ?? '',
  }
  const marketplace = makeMarketplace(seed.saas ?? defaultSaas, { ...parts, owner, newId })
  return {
    newId,
    directory: tenants,
    analytics: makeAnalytics(seed.analytics ?? nothing, marketplace, newId),
    submission: makeSubmissions(seed.submission ?? defaultSubmission, newId),
    productIngestion: makeIngestion(seed.productIngestion ?? defaultProductIngestion, {
      newId,
      now,
    }),
    marketplace,
    identities: managedIdentities(seed.managedIdentities ?? [nothing], owner.tenantId, newId),
    portal: makePortal(seed.portal ?? nothing, seed.publishers ?? defaultPublishers, now(), newId),
  }
}
