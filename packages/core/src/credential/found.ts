/** What `environment()` loads for credentials that are no client secret, as one file of the package. */
export { managedIdentity } from './managed-identity.ts'
export { provenAssertion } from './proof/assertion.ts'
export { provenCertificate } from './proof/certificate.ts'
