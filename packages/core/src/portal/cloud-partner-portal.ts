import { type Api, checkedOrigin } from '../api/api.ts'
import { isLoopback } from '../api/url.ts'
import { check } from '../check.ts'
import { variable } from '../variable.ts'

const origin = 'https://cloudpartner.azure.com'

/**
 * The Cloud Partner Portal REST API.
 *
 * `api-version` is `2016-08-01-preview` for `/api/offerTypes` and `2017-10-31` for every other path, as its reference
 * documents. For a fixed one:
 * `{ ...cloudPartnerPortal, version: { parameter: 'api-version', value: '2017-10-31' } }`.
 *
 * `CLOUD_PARTNER_PORTAL_ORIGIN` in the environment replaces the origin, for the emulator: loopback only, since
 * whoever sets it would receive the token. It is read whenever `origins` is, and throws a TypeError if it is
 * anything else.
 */
export const cloudPartnerPortal: Api = Object.freeze({
  name: 'Cloud Partner Portal',
  get origins() {
    const at = 'CLOUD_PARTNER_PORTAL_ORIGIN'
    const replaced = variable(at)
    if (!replaced) return [origin]
    check(
      isLoopback(new URL(checkedOrigin(replaced, at))),
      `${at} must be http on a loopback address, such as http://127.0.0.1:8080`,
    )
    return [replaced]
  },
  audience: origin,
  version: Object.freeze({
    parameter: 'api-version',
    value: (url: URL) =>
      /^\/api\/offerTypes\/?$/i.test(url.pathname) ? '2016-08-01-preview' : '2017-10-31',
  }),
})
