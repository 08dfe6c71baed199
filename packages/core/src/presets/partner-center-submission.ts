import { changedSince, notAssociated, throttled } from './partner-center-answers.ts'
import { type Preset, preset } from './preset.ts'

const origin = 'https://api.partner.microsoft.com'

/**
 * The Partner Center submission API (Partner Center: "Partner Center submission API to onboard Azure apps"). Its version
 * is in the path.
 */
export const partnerCenterSubmission: Preset = /* @__PURE__ */ preset(origin, {
  name: 'Partner Center submission',
  paths: ['/v1.0/ingestion'],
  baseUrl: `${origin}/v1.0/ingestion`,
  audience: origin,
  answers: [...notAssociated, changedSince, throttled],
})
