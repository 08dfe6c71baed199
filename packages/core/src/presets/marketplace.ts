import { type Preset, preset } from './preset.ts'

const origin = 'https://marketplaceapi.microsoft.com'

/**
 * SaaS fulfillment and metered billing (Partner Center: "SaaS fulfillment Subscription APIs v2", "Marketplace metered
 * billing APIs"). It answers 403 to an expired or revoked token, and to a lack of rights as well.
 */
export const marketplace: Preset = /* @__PURE__ */ preset(origin, {
  name: 'Marketplace',
  paths: ['/api/saas', '/api/usageEvent', '/api/usageEvents', '/api/batchUsageEvent'],
  audience: '20e940b3-4c77-4b0b-9a53-9e16a1b010a7',
  version: { parameter: 'api-version', value: '2018-08-31' },
  refuses: ({ status }) => status === 401 || status === 403,
  answers: [
    {
      status: 403,
      meaning:
        'The token is good, but not for this: of the wrong application, or for a subscription of another offer.',
      remedies: [
        "Compare application (client) ID and tenant ID with the offer's technical configuration in Partner Center: the token must be of exactly these.",
        'Check that the subscription, or the resource of the usage event, is of an offer with this technical configuration.',
        'See that the tenant has a service principal of the application.',
      ],
    },
    {
      status: 401,
      meaning: 'The API does not accept the access token.',
      remedies: ["Leave the Api's audience as it is, and authorityHost at the public cloud."],
    },
    {
      status: 400,
      meaning: 'The request is not valid.',
      remedies: [
        'Read the message in the body. A purchase token (x-ms-marketplace-token) must be URL-decoded, and is good for 24 hours.',
        'A usage event must be of the last 24 hours, with a quantity above 0.',
        'Leave api-version out of the URL: 2018-08-31 is added where it is missing, and one of your own is kept.',
      ],
    },
    {
      status: 404,
      meaning: 'There is no such subscription, operation or plan.',
      remedies: [
        'Check the IDs in the URL; a subscription is there once its purchase token was resolved.',
      ],
    },
    {
      status: 409,
      meaning:
        'It was done already: an event of this hour and dimension, or an operation that is over.',
      remedies: ['Nothing: for a usage event, the body holds the one that was accepted.'],
    },
    {
      status: 429,
      meaning: 'Too many requests in too short a time.',
      remedies: [
        'Wait as long as Retry-After says, or a minute, and send usage events in batches of 25.',
      ],
    },
  ],
})
