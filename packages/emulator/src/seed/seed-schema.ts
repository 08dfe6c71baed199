import * as v from 'valibot'
import { checked } from './checked.ts'
import type {
  AppProductSeed,
  AppSeed,
  FederatedCredentialSeed,
  OfferSeed,
  ProductSeed,
  PublisherSeed,
  SaasOfferSeed,
  SecretSeed,
  Seed,
  SubscriptionSeed,
  TenantSeed,
} from './seed.ts'
import { strictObject } from './strict-object.ts'

// With messages of their own, since the usual ones repeat the value, which may be a secret.
const notEmpty = 'Expected a text that is not empty.'
const text = v.pipe(v.string(notEmpty), v.nonEmpty(notEmpty))
const guid = v.pipe(v.string(), v.uuid('Expected a GUID.'))
const span = v.pipe(v.number(), v.minValue(0), v.maxValue(1e12))
const quantity = v.pipe(v.number(), v.integer(), v.minValue(1))
const url = v.pipe(v.string(), v.url('Expected a URL.'))
const rows = v.array(v.record(v.string(), v.union([v.string(), v.number()])))
const object = v.record(v.string(), v.unknown())
// Ids stand in paths, and `$` separates them in the operations of offers that were not migrated.
const id = v.pipe(
  v.string(),
  v.regex(/^[\w.-]{1,100}$/, 'Expected letters, digits, ".", "_" or "-".'),
)
const instant = v.pipe(
  v.union([v.number(), v.string()]),
  v.check(
    at => Number.isFinite(new Date(at).getTime()),
    'Expected milliseconds or an ISO 8601 time.',
  ),
)

const secret = strictObject({ value: v.optional(text), expiresAt: v.optional(instant) })

const federatedCredential = strictObject({
  issuer: v.pipe(v.string(), v.url('Expected a URL.')),
  subject: text,
  audience: v.optional(text),
  jwks: v.optional(v.looseObject({ keys: v.array(object) })),
})

const app = strictObject({
  clientId: v.optional(guid),
  objectId: v.optional(guid),
  name: v.optional(text),
  enabled: v.optional(v.boolean()),
  secrets: v.optional(v.array(secret)),
  certificates: v.optional(
    v.array(
      v.pipe(
        v.string('Expected a certificate as PEM.'),
        v.includes('-----BEGIN CERTIFICATE-----', 'Expected a certificate as PEM.'),
      ),
    ),
  ),
  federatedCredentials: v.optional(v.array(federatedCredential)),
})

const offer = strictObject({
  id,
  offerTypeId: v.optional(text),
  migrated: v.optional(v.boolean()),
  definition: v.optional(object),
  offerTypeVersions: v.optional(object),
})

const saasOffer = strictObject({
  id,
  publisherId: v.optional(id),
  app: v.optional(guid),
  tenantId: v.optional(guid),
  landingPage: v.optional(url),
  webhook: v.optional(url),
  plans: v.optional(
    v.pipe(
      v.array(
        strictObject({
          id,
          displayName: v.optional(text),
          description: v.optional(v.string()),
          isPrivate: v.optional(v.boolean()),
          perSeat: v.optional(v.boolean()),
          minQuantity: v.optional(quantity),
          maxQuantity: v.optional(quantity),
          dimensions: v.optional(v.array(text)),
        }),
      ),
      v.minLength(1, 'Expected at least one plan.'),
      v.check(items => haveDistinctIds(items), 'Expected no two with the same id.'),
    ),
  ),
})

const person = strictObject({
  emailId: v.optional(text),
  objectId: v.optional(guid),
  tenantId: v.optional(guid),
  puid: v.optional(text),
})

const subscription = strictObject({
  id: v.optional(guid),
  name: v.optional(text),
  offer: v.optional(id),
  plan: v.optional(id),
  quantity: v.optional(quantity),
  status: v.optional(
    v.picklist(['PendingFulfillmentStart', 'Subscribed', 'Suspended', 'Unsubscribed']),
  ),
  beneficiary: v.optional(person),
  purchaser: v.optional(person),
  termUnit: v.optional(v.picklist(['P1M', 'P1Y'])),
  autoRenew: v.optional(v.boolean()),
  isFreeTrial: v.optional(v.boolean()),
  allowedCustomerOperations: v.optional(v.array(v.picklist(['Read', 'Update', 'Delete']))),
})

const product = strictObject({
  id: v.optional(guid),
  externalId: id,
  type: v.optional(text),
  alias: v.optional(text),
  plans: v.optional(
    v.array(strictObject({ id: v.optional(guid), externalId: id, alias: v.optional(text) })),
  ),
  resources: v.optional(v.array(object)),
})

const appProduct = strictObject({
  id: v.optional(id),
  name: text,
  resourceType: v.optional(text),
  externalId: v.optional(text),
  variants: v.optional(v.array(text)),
})

const tenant = strictObject({
  id: v.optional(guid),
  domain: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'Expected a domain name.')),
  ),
  apps: v.optional(v.array(app)),
})

const publisher = strictObject({
  id,
  displayText: v.optional(text),
  sellerId: v.optional(v.number()),
  apps: v.optional(v.array(guid)),
  offers: v.optional(
    v.pipe(
      v.array(offer),
      v.check(items => haveDistinctIds(items), 'Expected no two with the same id.'),
    ),
  ),
})

const members = strictObject({
  tenants: v.optional(v.pipe(v.array(tenant), v.minLength(1, 'Expected at least one tenant.'))),
  resources: v.optional(v.array(text)),
  tokens: v.optional(strictObject({ lifetime: v.optional(span), refreshAfter: v.optional(span) })),
  managedIdentities: v.optional(
    v.array(
      strictObject({
        clientId: v.optional(guid),
        objectId: v.optional(guid),
        resourceId: v.optional(text),
      }),
    ),
  ),
  portal: v.optional(
    strictObject({
      answers: v.optional(v.picklist(['documented', 'observed'])),
      stepDurations: v.optional(
        strictObject({
          displaydummycertify: v.optional(span),
          displaycertify: v.optional(span),
          displayprovision: v.optional(span),
          displaypackage: v.optional(span),
          live: v.optional(span),
        }),
      ),
    }),
  ),
  publishers: v.optional(
    v.pipe(
      v.array(publisher),
      v.check(items => haveDistinctIds(items), 'Expected no two with the same id.'),
    ),
  ),
  saas: v.optional(
    strictObject({
      offers: v.optional(
        v.pipe(
          v.array(saasOffer),
          v.check(items => haveDistinctIds(items), 'Expected no two with the same id.'),
        ),
      ),
      subscriptions: v.optional(v.array(subscription)),
    }),
  ),
  productIngestion: v.optional(
    strictObject({
      apps: v.optional(v.array(guid)),
      jobDuration: v.optional(span),
      products: v.optional(v.array(product)),
    }),
  ),
  submission: v.optional(
    strictObject({
      apps: v.optional(v.array(guid)),
      previewDuration: v.optional(span),
      liveDuration: v.optional(span),
      products: v.optional(v.array(appProduct)),
    }),
  ),
  analytics: v.optional(
    strictObject({
      apps: v.optional(v.array(guid)),
      reportDuration: v.optional(span),
      rows: v.optional(
        strictObject({
          ISVUsage: v.optional(rows),
          ISVOrder: v.optional(rows),
          ISVCustomer: v.optional(rows),
        }),
      ),
    }),
  ),
})

function haveDistinctIds(items: readonly { readonly id: string }[]): boolean {
  return new Set(items.map(({ id }) => id)).size === items.length
}

// An array counts as an object for the schema of one.
const seed = v.pipe(
  v.unknown(),
  v.check(value => !Array.isArray(value), 'Expected an object.'),
  members,
)

/**
 * A seed from code or from a file.
 *
 * @throws TypeError that names each place and what is wrong there, and no value of it.
 */
export function checkedSeed(value: unknown, name = 'The seed'): Seed {
  // The schema describes what people may write; the interface is what the emulator promises to read.
  return checked(seed, value, name) as Seed
}

/** A SaaS offer from code. @throws TypeError as `checkedSeed` does. */
export function checkedSaasOffer(value: unknown): SaasOfferSeed {
  return checked(saasOffer, value, 'The SaaS offer') as SaasOfferSeed
}

/** A subscription from code. @throws TypeError as `checkedSeed` does. */
export function checkedSubscription(value: unknown): SubscriptionSeed {
  return checked(subscription, value, 'The subscription') as SubscriptionSeed
}

/** A product from code. @throws TypeError as `checkedSeed` does. */
export function checkedProduct(value: unknown): ProductSeed {
  return checked(product, value, 'The product') as ProductSeed
}

/** A product of the submission API from code. @throws TypeError as `checkedSeed` does. */
export function checkedAppProduct(value: unknown): AppProductSeed {
  return checked(appProduct, value, 'The product') as AppProductSeed
}

/** A tenant from code. @throws TypeError as `checkedSeed` does. */
export function checkedTenant(value: unknown): TenantSeed {
  return checked(tenant, value, 'The tenant') as TenantSeed
}

/** A publisher from code. @throws TypeError as `checkedSeed` does. */
export function checkedPublisher(value: unknown): PublisherSeed {
  return checked(publisher, value, 'The publisher') as PublisherSeed
}

/** An offer of the Cloud Partner Portal from code. @throws TypeError as `checkedSeed` does. */
export function checkedOffer(value: unknown): OfferSeed {
  return checked(offer, value, 'The offer') as OfferSeed
}

/** An app from code. @throws TypeError as `checkedSeed` does. */
export function checkedApp(value: unknown): AppSeed {
  return checked(app, value, 'The app') as AppSeed
}

/** A client secret from code. @throws TypeError as `checkedSeed` does. */
export function checkedSecret(value: unknown): SecretSeed {
  return checked(secret, value, 'The secret') as SecretSeed
}

/** A federated credential from code. @throws TypeError as `checkedSeed` does. */
const certificateOptions = strictObject({ lifetime: v.optional(v.number()) })

export function checkedCertificateOptions(value: unknown): { readonly lifetime?: number } {
  return checked(certificateOptions, value, 'The certificate') as { readonly lifetime?: number }
}

export function checkedFederatedCredential(value: unknown): FederatedCredentialSeed {
  return checked(federatedCredential, value, 'The credential') as FederatedCredentialSeed
}
