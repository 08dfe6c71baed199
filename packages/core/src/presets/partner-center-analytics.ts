import { notAssociated, throttled } from './partner-center-answers.ts'
import { type Preset, preset } from './preset.ts'

const origin = 'https://api.partnercenter.microsoft.com'

/**
 * Commercial marketplace analytics (Partner Center: "Programmatic access paradigm for analytics"). Its version is in the
 * path: `/insights/v1/cmp`.
 */
export const partnerCenterAnalytics: Preset = /* @__PURE__ */ preset(origin, {
  name: 'Partner Center analytics',
  paths: ['/insights'],
  baseUrl: `${origin}/insights`,
  audience: origin,
  answers: [...notAssociated, throttled],
})
