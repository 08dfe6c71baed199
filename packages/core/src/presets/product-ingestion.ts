import { notAssociated, throttled } from './partner-center-answers.ts'
import { type Preset, preset } from './preset.ts'

const origin = 'https://graph.microsoft.com'

/**
 * The Product Ingestion API (Partner Center: "Product Ingestion API for the commercial marketplace"), private offers
 * included. `$version` is `2022-03-01-preview5` for `resource-tree` and `2022-07-01` for every other path.
 */
export const productIngestion: Preset = /* @__PURE__ */ preset(origin, {
  name: 'Product Ingestion',
  paths: ['/rp/product-ingestion'],
  baseUrl: `${origin}/rp/product-ingestion`,
  audience: origin,
  version: {
    parameter: '$version',
    value: url =>
      /^\/rp\/product-ingestion\/resource-tree(\/|$)/i.test(url.pathname)
        ? '2022-03-01-preview5'
        : '2022-07-01',
  },
  answers: [
    {
      status: 400,
      meaning: 'The request is not valid, or names no $version that this operation has.',
      remedies: [
        'Read the message in the body.',
        'Leave $version out of the URL: it is added where it is missing, and one of your own is kept.',
      ],
    },
    ...notAssociated,
    throttled,
  ],
})
