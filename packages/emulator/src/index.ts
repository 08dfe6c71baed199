export type { Analytics } from './analytics/analytics.ts'
export type { Report, SavedQuery } from './analytics/report.ts'
export type { Answer, Basis } from './api/answer.ts'
export type { ApiName } from './api/api-name.ts'
export type { App, ClientSecret } from './authority/app.ts'
export type { AppCertificate } from './authority/app-certificate.ts'
export type { Tenant } from './authority/directory.ts'
export type { FederatedCredential } from './authority/federated-credential.ts'
export type { FederatedTokenRequest } from './authority/identity-provider.ts'
export type { SelfSignedCertificate } from './certificate/self-signed-certificate.ts'
export type { Clock } from './clock.ts'
export type { Emulator, EmulatorOptions, ManagedIdentityEnvironment } from './emulator.ts'
export type { EmulatorState } from './emulator-state.ts'
export type { Fault, FaultEffect, FaultScope } from './faults/fault.ts'
export type { ActiveFault, Faults } from './faults/faults.ts'
export type { Marketplace } from './marketplace/marketplace.ts'
export type { Person } from './marketplace/person.ts'
export type { SaasOffer, SaasPlan } from './marketplace/saas-offer.ts'
export type { Subscription, SubscriptionState } from './marketplace/subscription.ts'
export type {
  SubscriptionAction,
  SubscriptionOperation,
} from './marketplace/subscription-operation.ts'
export type { SubscriptionStatus } from './marketplace/subscription-status.ts'
export type { UsageEvent } from './marketplace/usage.ts'
export type { WebhookCall } from './marketplace/webhook.ts'
export type { Offer } from './offers/offer.ts'
export type { PublisherAccount } from './offers/publisher-account.ts'
export type { StepDurations } from './offers/publishing-step.ts'
export type { OfferSnapshot, Progress, StepProgress, Submission } from './offers/submission.ts'
export type { Answers } from './portal/answers.ts'
export type { Portal } from './portal/portal.ts'
export type {
  ConfigureJob,
  JobOutcome,
  ProductIngestion,
} from './product-ingestion/product-ingestion.ts'
export type { ProductSubmission } from './product-ingestion/publication.ts'
export type { Resource } from './product-ingestion/resource.ts'
export type {
  AnalyticsSeed,
  AppProductSeed,
  AppSeed,
  FederatedCredentialSeed,
  ManagedIdentitySeed,
  OfferSeed,
  PortalSeed,
  ProductIngestionSeed,
  ProductPlanSeed,
  ProductSeed,
  PublisherSeed,
  SaasOfferSeed,
  SaasPlanSeed,
  SaasSeed,
  SecretSeed,
  Seed,
  SubmissionSeed,
  SubscriptionSeed,
  TenantSeed,
  TokenSeed,
} from './seed/seed.ts'
export type { Seeding } from './seeding.ts'
export type { ServiceOrigins } from './service-origins.ts'
export { startEmulator } from './start-emulator.ts'
export type {
  AppProduct,
  ExternalId,
  ModuleInstance,
  ModuleName,
  Variant,
} from './submission/app-product.ts'
export type { AppSubmission, SubmissionDurations } from './submission/app-submission.ts'
export type { Submissions } from './submission/submissions.ts'
export type { ApiRequest, OtherRequest, SeenToken } from './traffic/api-request.ts'
export type { DiscoveryRequest } from './traffic/discovery-request.ts'
export type { TokenRequest } from './traffic/token-request.ts'
export type { TrafficEvent } from './traffic/traffic-event.ts'
