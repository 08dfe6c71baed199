import type { Api } from '../api/api.ts'
import { emulatorOr } from '../environment.ts'
import { portalAnswers } from './portal-answers.ts'

const origin = 'https://cloudpartner.azure.com'

/**
 * The Cloud Partner Portal REST API.
 *
 * `api-version` is `2016-08-01-preview` for `/api/offerTypes` and `2017-10-31` for every other path, as its reference
 * documents. For a fixed one:
 * `{ ...cloudPartnerPortal, version: { parameter: 'api-version', value: '2017-10-31' } }`.
 */
export const cloudPartnerPortal: Api = /* @__PURE__ */ Object.freeze({
  name: 'Cloud Partner Portal',
  origins: /* @__PURE__ */ Object.freeze([origin]),
  get baseUrl() {
    return emulatorOr(origin)
  },
  audience: origin,
  version: /* @__PURE__ */ Object.freeze({
    parameter: 'api-version',
    value: (url: URL) =>
      /^\/api\/offerTypes\/?$/i.test(url.pathname) ? '2016-08-01-preview' : '2017-10-31',
  }),
  answers: portalAnswers,
  emulated: true,
})
