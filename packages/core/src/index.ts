export type { Api, ApiVersion } from './api/api.ts'
export { cloudPartnerPortal } from './api/cloud-partner-portal.ts'
export { type Auth, type CloudPartnerAuthOptions, cloudPartnerAuth } from './cloud-partner-auth.ts'
export {
  CloudPartnerAuthError,
  type CloudPartnerAuthErrorCode,
  type CloudPartnerAuthErrorFacts,
  isCloudPartnerAuthError,
} from './cloud-partner-auth-error.ts'
export { clientSecret } from './credential/client-secret.ts'
export type { AcquireRequest, Credential } from './credential/credential.ts'
export { environment } from './credential/environment.ts'
export type { Secret } from './credential/secret.ts'
export { type ClientSecretOptions, tokenEndpoint } from './credential/token-endpoint.ts'
export { type AccessToken, type AccessTokenFields, accessToken } from './token/access-token.ts'
export type { AcquisitionReason, TokenEvent } from './token/token-event.ts'
