export { type Api, type ApiAnswer, type ApiVersion, defineApi } from './api/api.ts'
export type { Covering } from './api/coverage.ts'
export { authorityHosts } from './authority/authority.ts'
export {
  type CloudPartnerAuth,
  type CloudPartnerAuthOptions,
  cloudPartnerAuth,
} from './cloud-partner-auth.ts'
export {
  CloudPartnerAuthError,
  type CloudPartnerAuthErrorCode,
  type CloudPartnerAuthErrorFacts,
  isCloudPartnerAuthError,
} from './cloud-partner-auth-error.ts'
export type { AuthTokenCredential } from './credential/as-token-credential.ts'
export {
  type AssertedClient,
  type ClientAssertionOptions,
  clientAssertion,
} from './credential/client-assertion.ts'
export {
  type ClientCertificateOptions,
  clientCertificate,
} from './credential/client-certificate.ts'
export {
  type ClientSecretOptions,
  clientSecret,
  tokenEndpoint,
} from './credential/client-secret.ts'
export type { AcquireRequest, Credential } from './credential/credential.ts'
export { environment } from './credential/environment.ts'
export { type ManagedIdentityOptions, managedIdentity } from './credential/managed-identity.ts'
export { staticToken } from './credential/static-token.ts'
export { type TokenCredential, tokenCredential } from './credential/token-credential.ts'
export { type WorkloadIdentityOptions, workloadIdentity } from './credential/workload-identity.ts'
export type { Explanation } from './exchange/explanation.ts'
export type { Happened, Refusal } from './exchange/happened.ts'
export { cloudPartnerPortal } from './presets/cloud-partner-portal.ts'
export { marketplace } from './presets/marketplace.ts'
export { partnerCenterAnalytics } from './presets/partner-center-analytics.ts'
export { partnerCenterSubmission } from './presets/partner-center-submission.ts'
export type { Preset } from './presets/preset.ts'
export { presets } from './presets/presets.ts'
export { productIngestion } from './presets/product-ingestion.ts'
export type { Certificate } from './service-principal/proof/certificate.ts'
export type { Secret } from './service-principal/proof/secret.ts'
export type {
  EndpointOption,
  ServicePrincipalOptions,
} from './service-principal/service-principal.ts'
export { type EncryptionKey, encrypted } from './store/encrypted.ts'
export { fileStore } from './store/file-store.ts'
export type {
  LookOptions,
  RejectedEntry,
  RejectionReason,
  StoredValue,
  StoreLock,
  StoreLook,
  TokenStore,
} from './store/token-store.ts'
export { type AccessToken, type AccessTokenFields, accessToken } from './token/access-token.ts'
export type { AcquisitionReason, TokenEvent } from './token/token-event.ts'
