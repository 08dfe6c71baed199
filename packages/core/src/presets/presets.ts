import type { Api } from '../api/api.ts'
import { cloudPartnerPortal } from './cloud-partner-portal.ts'
import { marketplace } from './marketplace.ts'
import { partnerCenterAnalytics } from './partner-center-analytics.ts'
import { partnerCenterSubmission } from './partner-center-submission.ts'
import { productIngestion } from './product-ingestion.ts'

/** The APIs of a publisher: what an auth covers unless it is told otherwise. */
export const presets: readonly Api[] = /* @__PURE__ */ Object.freeze([
  cloudPartnerPortal,
  productIngestion,
  partnerCenterSubmission,
  marketplace,
  partnerCenterAnalytics,
])
