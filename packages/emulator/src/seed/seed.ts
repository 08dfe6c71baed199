import type { JSONWebKeySet } from 'jose'
import type { Person } from '../marketplace/person.ts'
import type { SubscriptionStatus } from '../marketplace/subscription-status.ts'
import type { StepDurations } from '../offers/publishing-step.ts'

/** What an emulator starts with. Everything may be left out; ids and secrets are then generated, the same at each start. */
export interface Seed {
  readonly tenants?: readonly TenantSeed[]
  /** Audiences the tenants know besides Microsoft's own that the emulator knows. */
  readonly resources?: readonly string[]
  readonly tokens?: TokenSeed
  /** Default: one system-assigned identity. */
  readonly managedIdentities?: readonly ManagedIdentitySeed[]
  readonly portal?: PortalSeed
  readonly publishers?: readonly PublisherSeed[]
  readonly saas?: SaasSeed
  readonly productIngestion?: ProductIngestionSeed
  readonly submission?: SubmissionSeed
  readonly analytics?: AnalyticsSeed
}

/** One tenant; without `apps` it has one app. */
export interface TenantSeed {
  readonly id?: string
  readonly domain?: string
  readonly apps?: readonly AppSeed[]
}

/** One app; without `secrets` it has one. */
export interface AppSeed {
  readonly clientId?: string
  readonly objectId?: string
  readonly name?: string
  readonly enabled?: boolean
  readonly secrets?: readonly SecretSeed[]
  /** As PEM. */
  readonly certificates?: readonly string[]
  readonly federatedCredentials?: readonly FederatedCredentialSeed[]
}

/** One client secret. */
export interface SecretSeed {
  readonly value?: string
  /** Milliseconds since the Unix epoch, or an ISO 8601 time. Default: never. */
  readonly expiresAt?: number | string
}

/** Whose tokens an app accepts as its own credential. */
export interface FederatedCredentialSeed {
  readonly issuer: string
  readonly subject: string
  /** Default `api://AzureADTokenExchange`. */
  readonly audience?: string
  /** The issuer's keys; without them `emulator.federatedToken()` speaks for the issuer. */
  readonly jwks?: JSONWebKeySet
}

/** One managed identity of the first tenant; with `resourceId` it is user-assigned. */
export interface ManagedIdentitySeed {
  readonly clientId?: string
  readonly objectId?: string
  readonly resourceId?: string
}

/** How tokens are issued. */
export interface TokenSeed {
  /** Milliseconds. Default 3,599,000. */
  readonly lifetime?: number
  /** Milliseconds until a client should renew, sent as `refresh_in` by v2. Default: not sent. */
  readonly refreshAfter?: number
}

/** How the portal behaves. */
export interface PortalSeed {
  /** Where its reference and the service differ. Default `observed`. */
  readonly answers?: 'documented' | 'observed'
  /** Emulated milliseconds that each step of a submission takes; by default seconds. */
  readonly stepDurations?: Partial<StepDurations>
}

/** One publisher account. */
export interface PublisherSeed {
  readonly id: string
  readonly displayText?: string
  readonly sellerId?: number
  /** Client ids of the apps that may use it. Default: every app. */
  readonly apps?: readonly string[]
  readonly offers?: readonly OfferSeed[]
}

/** One offer, never published. */
export interface OfferSeed {
  readonly id: string
  readonly offerTypeId?: string
  /** Whether it has been moved to Partner Center. Default true. */
  readonly migrated?: boolean
  readonly definition?: Readonly<Record<string, unknown>>
  readonly offerTypeVersions?: Readonly<Record<string, unknown>>
}

/** SaaS offers and the subscriptions that customers have bought. */
export interface SaasSeed {
  readonly offers?: readonly SaasOfferSeed[]
  readonly subscriptions?: readonly SubscriptionSeed[]
}

/** One SaaS offer with its technical configuration. */
export interface SaasOfferSeed {
  readonly id: string
  /** Default `contoso`. */
  readonly publisherId?: string
  /** Client id of the app whose tokens may use its subscriptions. Default: the first app. */
  readonly app?: string
  /** The tenant that has to issue them. Default: the first one. */
  readonly tenantId?: string
  /** Where customers are sent after a purchase. Default `https://contoso.example/signup`. */
  readonly landingPage?: string
  /** Where events are sent. Default: nowhere, and changes are accepted after ten seconds. */
  readonly webhook?: string
  /** Default: one, `standard`. */
  readonly plans?: readonly SaasPlanSeed[]
}

/** One plan of a SaaS offer. */
export interface SaasPlanSeed {
  readonly id: string
  readonly displayName?: string
  readonly description?: string
  readonly isPrivate?: boolean
  /** Whether seats are bought. Default false. */
  readonly perSeat?: boolean
  /** Default 1. */
  readonly minQuantity?: number
  /** Default 100. */
  readonly maxQuantity?: number
  /** Ids of the custom meters that it has. */
  readonly dimensions?: readonly string[]
}

/** One subscription. */
export interface SubscriptionSeed {
  readonly id?: string
  readonly name?: string
  /** Default: the first offer. */
  readonly offer?: string
  /** Default: the first plan of the offer. */
  readonly plan?: string
  /** Default: the least that the plan allows. */
  readonly quantity?: number
  /** Default `PendingFulfillmentStart`: bought, and not activated yet. */
  readonly status?: SubscriptionStatus
  readonly beneficiary?: Partial<Person>
  /** Default: the beneficiary. */
  readonly purchaser?: Partial<Person>
  readonly termUnit?: 'P1M' | 'P1Y'
  readonly autoRenew?: boolean
  readonly isFreeTrial?: boolean
  /** Default: all three. */
  readonly allowedCustomerOperations?: readonly ('Read' | 'Update' | 'Delete')[]
}

/** Products as the Product Ingestion API has them. */
export interface ProductIngestionSeed {
  /** Client ids of the apps that have the Manager role. Default: every app. */
  readonly apps?: readonly string[]
  /** Emulated milliseconds that a job takes. Default 20,000. */
  readonly jobDuration?: number
  readonly products?: readonly ProductSeed[]
}

/** One product, never published. */
export interface ProductSeed {
  readonly id?: string
  /** The offer id. */
  readonly externalId: string
  /** Default `azureVirtualMachine`. */
  readonly type?: string
  readonly alias?: string
  readonly plans?: readonly ProductPlanSeed[]
  /** More of its resources, as a configure payload has them but for `product`. */
  readonly resources?: readonly Readonly<Record<string, unknown>>[]
}

/** One plan of a product. */
export interface ProductPlanSeed {
  readonly id?: string
  /** The plan id. */
  readonly externalId: string
  readonly alias?: string
}

/** Products as the Partner Center submission API has them. */
export interface SubmissionSeed {
  /** Client ids of the apps that have the Manager role. Default: every app. */
  readonly apps?: readonly string[]
  /** Emulated milliseconds until a submission is in preview. Default 20,000. */
  readonly previewDuration?: number
  /** Emulated milliseconds from its promotion until it is live. Default 10,000. */
  readonly liveDuration?: number
  readonly products?: readonly AppProductSeed[]
}

/** One product of the submission API. */
export interface AppProductSeed {
  readonly id?: string
  readonly name: string
  /** Default `AzureApplication`. */
  readonly resourceType?: string
  /** The offer id. Default: the name. */
  readonly externalId?: string
  /** The names of its plans. */
  readonly variants?: readonly string[]
}

/** Partner Center analytics. Its data are the subscriptions and usage events of the marketplace. */
export interface AnalyticsSeed {
  /** Client ids of the apps that may use it. Default: every app. */
  readonly apps?: readonly string[]
  /** Emulated milliseconds that a report takes. Default 5,000. */
  readonly reportDuration?: number
  /** More rows, by the name of the dataset: `{ ISVUsage: [{ SKU: 'gold', NormalizedUsage: 3 }] }`. */
  readonly rows?: Readonly<Record<string, readonly Readonly<Record<string, string | number>>[]>>
}
