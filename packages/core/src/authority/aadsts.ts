/** What one AADSTS code means for a service principal's token request, and what to do about it. */
export interface Aadsts {
  readonly meaning: string
  readonly remedy: string
  /** Passes by itself: the same request may succeed in a while. */
  readonly transient?: true
}

const tryAgain = 'It is tried again by itself; if it lasts, check the Entra status page.'
const adminBlocks =
  'Ask an administrator to exempt the service principal from the policy, or to meet it; trying again does not help.'
const rightCloud =
  "Set authorityHost (AZURE_AUTHORITY_HOST) to the tenant's own cloud: one of authorityHosts."
const tenantNeeded = "Give the tenant's own GUID or domain as tenantId (AZURE_TENANT_ID)."
const federationExact =
  'Compare it with the federated credential of the app registration, letter by letter and in the same case.'
const madeJustNow = 'Made within the last minute? Wait.'
const sendCredential =
  'Check that the secret or assertion is not empty and that no proxy rewrites the body of the token request.'
const oneAudience =
  'Give one audience, such as https://cloudpartner.azure.com, without a scope or "/.default" behind it.'
const ownRequest =
  'This package does not send such a request: check what a proxy, or the fetch passed as an option, makes of it.'

/**
 * The codes that client credentials meet (Entra, "Microsoft Entra authentication and authorization error codes", and
 * what the endpoint is seen to answer). Branch on none of them: Entra changes them; they are here for people.
 */
export const aadstsCodes: Readonly<Record<number, Aadsts>> = {
  28002: { meaning: 'The scope is not one that the resource has.', remedy: oneAudience },
  28003: { meaning: 'The scope is empty.', remedy: oneAudience },
  50001: {
    meaning: 'The resource is disabled or not registered.',
    remedy: "Check the Api's audience, and that the tenant has the resource's service principal.",
  },
  50002: {
    meaning: "The network's tenant restrictions do not allow this tenant.",
    remedy: 'Ask the network administrator to allow the tenant in the restrictions of the proxy.',
  },
  50012: {
    meaning: 'The certificate or the assertion signed with it is not accepted.',
    remedy:
      'Check that this certificate, or its issuer and subject name with sendChain, is registered with the app and has not expired.',
  },
  50013: {
    meaning: 'The assertion is not accepted: issuer, times or signature do not hold.',
    remedy:
      'Check that the assertion comes from the issuer in the federated credential, is fresh, and was not altered on its way.',
  },
  50027: {
    meaning: 'The assertion is not a well-formed JWT, or lacks a claim.',
    remedy: 'Make an assertion with iss, sub, aud, exp and jti, as Entra documents it.',
  },
  50033: { meaning: 'A passing failure inside Entra.', remedy: tryAgain, transient: true },
  50034: {
    meaning: 'A user account was not found, which client credentials never ask for.',
    remedy: ownRequest,
  },
  50048: {
    meaning: 'Subject and issuer of the assertion differ.',
    remedy: 'Set both iss and sub of the assertion to the client ID.',
  },
  50059: { meaning: 'The request names no tenant.', remedy: tenantNeeded },
  50076: {
    meaning: 'A user would have to prove a second factor.',
    remedy:
      'Only users meet this: check that a service principal is used, and not a credential of a person.',
  },
  50079: {
    meaning: 'A user would have to set up a second factor.',
    remedy:
      'Only users meet this: check that a service principal is used, and not a credential of a person.',
  },
  50128: { meaning: 'The domain belongs to no tenant.', remedy: tenantNeeded },
  50194: {
    meaning: 'The application is of one tenant, and was asked for at a shared endpoint.',
    remedy: tenantNeeded,
  },
  50196: {
    meaning: 'The same token was requested too often in too short a time.',
    remedy:
      'Make one auth for the process and share it: each cloudPartnerAuth() has tokens of its own.',
  },
  53003: {
    meaning: 'A Conditional Access policy for workload identities blocks the token.',
    remedy: adminBlocks,
  },
  65001: {
    meaning: 'Nobody has consented to the application in this tenant.',
    remedy: 'Let an administrator grant consent under API permissions of the app registration.',
  },
  70001: {
    meaning: 'The application is disabled or not in this tenant.',
    remedy:
      'Check clientId and tenantId, and enable the application under Enterprise applications.',
  },
  70002: {
    meaning: 'The credential of the application is wrong.',
    remedy: 'Check the secret, or the certificate, against the app registration.',
  },
  70003: {
    meaning: 'The grant type is not one that the application may use.',
    remedy: ownRequest,
  },
  70011: { meaning: 'The scope is not valid.', remedy: oneAudience },
  70021: {
    meaning: 'No federated credential of the application matches the assertion.',
    remedy: `${federationExact} ${madeJustNow}`,
  },
  90002: {
    meaning: 'The tenant does not exist in this cloud.',
    remedy: 'Check tenantId, and the authority host if the tenant is in a national cloud.',
  },
  90006: { meaning: 'A service behind Entra is unavailable.', remedy: tryAgain, transient: true },
  90012: { meaning: 'The request timed out inside Entra.', remedy: tryAgain, transient: true },
  90014: { meaning: 'A field of the credential is missing.', remedy: sendCredential },
  90019: { meaning: 'The tenant cannot be told from the request.', remedy: tenantNeeded },
  90023: { meaning: 'The request is not valid.', remedy: ownRequest },
  90024: { meaning: 'A passing failure inside Entra.', remedy: tryAgain, transient: true },
  90033: {
    meaning: "Entra's directory is unavailable for the moment.",
    remedy: tryAgain,
    transient: true,
  },
  90038: { meaning: 'The tenant belongs to another national cloud.', remedy: rightCloud },
  90055: {
    meaning: 'The tenant sends too many token requests.',
    remedy:
      'It is tried again by itself, with growing pauses. Look for a service that requests a token for each call.',
    transient: true,
  },
  90090: { meaning: 'A service behind Entra is unavailable.', remedy: tryAgain, transient: true },
  90094: {
    meaning: 'An administrator has to consent first.',
    remedy: 'Let an administrator grant consent under API permissions of the app registration.',
  },
  100007: {
    meaning: 'The regional endpoint is for managed identities and applications of Microsoft only.',
    remedy: 'Leave the region option out.',
  },
  500011: {
    meaning: 'The tenant has no service principal of the resource.',
    remedy:
      "Check the Api's audience and tenantId; if both are right, let an administrator add the resource to the tenant.",
  },
  500133: {
    meaning: 'The assertion is not within its time of validity.',
    remedy: 'Make a fresh assertion for each token request, and set the clock.',
  },
  500014: {
    meaning: 'The service principal of the resource is disabled in this tenant.',
    remedy: 'Let an administrator enable the resource under Enterprise applications.',
  },
  501051: {
    meaning: 'The application is not assigned to a role of the resource, which wants that.',
    remedy: 'Let an administrator assign an app role of the resource to the service principal.',
  },
  530032: { meaning: 'A security policy of the tenant blocks the request.', remedy: adminBlocks },
  530035: {
    meaning: 'The security defaults of the tenant block the request.',
    remedy: adminBlocks,
  },
  650052: {
    meaning: 'The tenant has no subscription to the service.',
    remedy: 'Let an administrator enable the service for the tenant.',
  },
  650057: {
    meaning: 'The resource is not among the API permissions of the application.',
    remedy: 'Add it under API permissions of the app registration, and grant consent.',
  },
  700016: {
    meaning: 'The tenant has no application with this client ID.',
    remedy: 'Check clientId and tenantId: this tenant has no such application.',
  },
  700021: {
    meaning: 'The issuer of the assertion is another application.',
    remedy: 'Set iss and sub of the assertion to the same client ID as the clientId option.',
  },
  700022: { meaning: 'The scope names more than one resource.', remedy: oneAudience },
  700023: {
    meaning: "The audience of the assertion is not this tenant's token endpoint.",
    remedy:
      "Set aud of the assertion to the token endpoint's URL, of the same cloud and tenant as the options.",
  },
  700024: {
    meaning: 'The assertion is not within its time of validity.',
    remedy: 'Set the clock of this machine, and make a fresh assertion for each token request.',
  },
  700025: {
    meaning: 'The application is a public client, which may send no credential.',
    remedy:
      'Set "Allow public client flows" to No under Authentication of the app registration, or use another one.',
  },
  700027: {
    meaning: 'The signature of the assertion does not hold for any registered certificate.',
    remedy:
      'Upload this certificate under Certificates & secrets of the app registration, and check that it has not expired.',
  },
  700030: {
    meaning: "The certificate's subject name is not one that the application allows.",
    remedy: "Use a certificate with a subject name from the application's trusted names.",
  },
  700211: {
    meaning: "No federated credential has the assertion's issuer.",
    remedy: `${federationExact} ${madeJustNow}`,
  },
  700213: {
    meaning: "No federated credential has the assertion's subject.",
    remedy: `${federationExact} On GitHub the subject changes with branch, environment and repository. ${madeJustNow}`,
  },
  700222: {
    meaning: 'A token issued by Entra cannot be the assertion here.',
    remedy: 'Use a token of the identity provider that the federated credential names.',
  },
  700226: {
    meaning: 'The issuer is not one that may be federated with.',
    remedy: 'Use a token of an identity provider that workload identity federation supports.',
  },
  700227: {
    meaning: 'The kind of token is not one that may be federated with.',
    remedy: 'Use a token of an identity provider that workload identity federation supports.',
  },
  700229: {
    meaning: "Only an application's own token can be the assertion, not a user's.",
    remedy: 'Use a token of a managed identity or of another application.',
  },
  900023: {
    meaning: 'The tenant is neither a GUID nor a domain name.',
    remedy: 'Check tenantId: it must be a GUID or a domain name.',
  },
  900144: { meaning: 'A field of the token request is missing.', remedy: sendCredential },
  900382: {
    meaning: 'A confidential client was used across clouds.',
    remedy: rightCloud,
  },
  900432: {
    meaning: 'A confidential client was used across clouds.',
    remedy: rightCloud,
  },
  900439: { meaning: 'The tenant belongs to another national cloud.', remedy: rightCloud },
  900561: { meaning: 'The endpoint was not asked by POST.', remedy: ownRequest },
  901002: {
    meaning: 'The v2 endpoint was sent a resource.',
    remedy: 'The v2 endpoint takes scope, not resource: use tokenEndpoint() for v1.',
  },
  1000502: {
    meaning: 'The certificate is not within its time of validity.',
    remedy: 'Renew the certificate, upload it under Certificates & secrets, and set the clock.',
  },
  1002012: {
    meaning: 'The scope does not end in "/.default".',
    remedy: oneAudience,
  },
  7000112: {
    meaning: 'The application is disabled in this tenant.',
    remedy: 'Enable it under Enterprise applications, Properties, "Enabled for users to sign in".',
  },
  7000215: {
    meaning: 'The client secret is wrong.',
    remedy: `Use the client secret's value, not its ID, as shown once when it was created under Certificates & secrets. ${madeJustNow}`,
  },
  7000216: { meaning: 'The request carries no credential.', remedy: sendCredential },
  7000218: { meaning: 'The request carries no credential.', remedy: sendCredential },
  7000222: {
    meaning: 'The client secret has expired.',
    remedy:
      'Create a new one under Certificates & secrets of the app registration; a certificate or a managed identity spares it.',
  },
  7000229: {
    meaning: 'The tenant has no service principal of the application.',
    remedy: 'Create it with "az ad sp create --id <clientId>".',
  },
  7002121: {
    meaning: "No federated credential has the assertion's audience.",
    remedy: `${federationExact} The usual audience is api://AzureADTokenExchange. ${madeJustNow}`,
  },
  9000411: { meaning: 'A field of the token request is there twice.', remedy: ownRequest },
  9001023: {
    meaning: 'Client credentials are not for the /common and /consumers endpoints.',
    remedy: tenantNeeded,
  },
  9002313: { meaning: 'The request is malformed.', remedy: ownRequest },
  9010010: { meaning: 'Resource and scope name different resources.', remedy: ownRequest },
}
