import { cloudPartnerPortal } from './cloud-partner-portal.ts'
import { marketplace } from './marketplace.ts'
import { partnerCenterAnalytics } from './partner-center-analytics.ts'
import { partnerCenterSubmission } from './partner-center-submission.ts'
import type { Preset } from './preset.ts'
import { productIngestion } from './product-ingestion.ts'

/** The APIs of a publisher: what an auth covers unless it is told otherwise. */
export const presets: readonly Preset[] = /* @__PURE__ */ Object.freeze([
  cloudPartnerPortal,
  productIngestion,
  partnerCenterSubmission,
  marketplace,
  partnerCenterAnalytics,
])
