import { portalAnswers } from './portal-answers.ts'
import { type Preset, preset } from './preset.ts'

const origin = 'https://cloudpartner.azure.com'

/**
 * The Cloud Partner Portal REST API (Azure: "Cloud Partner Portal API Reference").
 *
 * `api-version` is `2016-08-01-preview` for `/api/offerTypes` and `2017-10-31` for every other path, as its reference
 * documents. For a fixed one:
 * `{ ...cloudPartnerPortal, version: { parameter: 'api-version', value: '2017-10-31' } }`.
 */
export const cloudPartnerPortal: Preset = /* @__PURE__ */ preset(origin, {
  name: 'Cloud Partner Portal',
  paths: ['/api', '/'], // the root too, so that the origin alone says which source is meant
  audience: origin,
  version: {
    parameter: 'api-version',
    value: url =>
      /^\/api\/offerTypes\/?$/i.test(url.pathname) ? '2016-08-01-preview' : '2017-10-31',
  },
  answers: portalAnswers,
})
