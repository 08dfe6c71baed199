import { randomUUID } from 'node:crypto'
import { format } from 'node:util'
import { type Answer, documented } from '../api/answer.ts'
import type { Call } from '../http/call.ts'
import { json, type Reply } from '../http/reply.ts'

// HTTP status, OAuth error, message, and when it is given; `%s` is filled in by the place that complains.
const mistakes = {
  50013: [
    400,
    'invalid_grant',
    'Assertion failed signature validation.',
    'the token of another issuer does not verify',
  ],
  50027: [
    401,
    'invalid_client',
    'JWT token is invalid or malformed.',
    'the assertion is not a JWT with one audience and an expiry',
  ],
  50048: [
    401,
    'invalid_client',
    'Subject must match the issuer claim in the client assertion.',
    'subject and issuer of an assertion differ',
  ],
  50059: [
    400,
    'invalid_request',
    'No tenant-identifying information found in either the request or implied by any provided credentials.',
    'the tenant is `organizations`',
  ],
  53003: [
    400,
    'invalid_grant',
    'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    'the fault `claims-challenge` on the authority',
  ],
  70003: [
    400,
    'unsupported_grant_type',
    "The app requested an unsupported grant type '%s'.",
    'another grant than client credentials',
  ],
  90002: [
    400,
    'invalid_tenant',
    "Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
    'an unknown tenant',
  ],
  90033: [
    503,
    'temporarily_unavailable',
    'A transient error has occurred. Please try again.',
    'the fault `error` on the authority',
  ],
  500011: [
    400,
    'invalid_resource',
    'The resource principal named %s was not found in the tenant named %s. This can happen if the application has not been installed by the administrator of the tenant.',
    'an unknown resource; `/.default` sent to v1',
  ],
  700016: [
    400,
    'unauthorized_client',
    "Application with identifier '%s' was not found in the directory '%s'. You may have sent your authentication request to the wrong tenant.",
    'an unknown app',
  ],
  700021: [
    401,
    'invalid_client',
    "Client assertion application identifier doesn't match 'client_id' parameter.",
    'an assertion of another app',
  ],
  700023: [
    401,
    'invalid_client',
    'Client assertion audience claim does not match Realm issuer.',
    'an assertion for another audience',
  ],
  700024: [
    401,
    'invalid_client',
    'Client assertion is not within its valid time range. Current time: %s, assertion valid from %s, expiry time of assertion %s.',
    'an assertion outside its time',
  ],
  700027: [
    401,
    'invalid_client',
    "Client assertion failed signature validation. [Reason - %s, Thumbprint of key used by client: '%s'].",
    'an assertion by an unknown, wrong or expired certificate',
  ],
  700211: [
    401,
    'invalid_client',
    "No matching federated identity record found for presented assertion issuer '%s'. Please note that the matching is done using a case-sensitive comparison.",
    'no federated credential with this issuer',
  ],
  700213: [
    401,
    'invalid_client',
    "No matching federated identity record found for presented assertion subject '%s'. Please note that the matching is done using a case-sensitive comparison.",
    'no federated credential with this subject',
  ],
  900023: [
    400,
    'invalid_request',
    "Specified tenant identifier '%s' is neither a valid DNS name, nor a valid external domain.",
    'a malformed tenant',
  ],
  900144: [
    400,
    'invalid_request',
    "The request body must contain the following parameter: '%s'.",
    'a missing field; a body that is no form',
  ],
  900561: [
    400,
    'invalid_request',
    'The endpoint only accepts POST requests. Received a %s request.',
    'another method than POST',
  ],
  901002: [
    400,
    'invalid_request',
    "The 'resource' request parameter is not supported.",
    '`resource` sent to v2',
  ],
  1002012: [
    400,
    'invalid_scope',
    'The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
    'a scope that is not one `/.default`',
  ],
  7000112: [400, 'unauthorized_client', "Application '%s'(%s) is disabled.", 'a disabled app'],
  7000215: [
    401,
    'invalid_client',
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'.",
    'a wrong secret',
  ],
  7000216: [
    401,
    'invalid_client',
    "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
    'no credential',
  ],
  7000222: [
    401,
    'invalid_client',
    "The provided client secret keys for app '%s' are expired.",
    'an expired secret',
  ],
  7002121: [
    401,
    'invalid_client',
    "No matching federated identity record found for presented assertion audience '%s'. Please note that the matching is done using a case-sensitive comparison.",
    'no federated credential with this audience',
  ],
  9000411: [
    400,
    'invalid_request',
    "The request is not properly formatted. The parameter '%s' is duplicated.",
    'a repeated field',
  ],
  9001023: [
    400,
    'invalid_request',
    'The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.',
    'the tenant `common` or `consumers`',
  ],
  9002313: [
    400,
    'invalid_request',
    'Invalid request. Request is malformed or invalid.',
    'a malformed body, `claims` or assertion type',
  ],
} as const

/** A mistake of a token request, as Entra words it. */
export class AadstsError extends Error {
  readonly code: number
  readonly status: number
  readonly error: string

  constructor(code: number, status: number, error: string, message: string) {
    super(message)
    this.code = code
    this.status = status
    this.error = error
  }
}

/** The mistake with this AADSTS number; `details` fill in its message. */
export function aadsts(code: keyof typeof mistakes, ...details: string[]): AadstsError {
  const [status, error, message] = mistakes[code]
  return new AadstsError(code, status, error, format(message, ...details))
}

/** The mistakes as answers, for the table of them. */
export const mistakeAnswers: readonly Answer[] = Object.entries(mistakes).map(
  ([code, [status, error, , when]]) =>
    documented(
      status,
      `${when}: AADSTS${code} \`${error}\``,
      'https://learn.microsoft.com/entra/identity-platform/reference-error-codes',
    ),
)

/** The error body of the token endpoints. */
export function aadstsReply(mistake: AadstsError, call: Call, origin: string): Reply {
  const correlationId = call.headers['client-request-id'] ?? randomUUID()
  const timestamp = `${new Date(call.now).toISOString().slice(0, 19).replace('T', ' ')}Z`
  const body = {
    error: mistake.error,
    error_description: `AADSTS${mistake.code}: ${mistake.message} Trace ID: ${call.id} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [mistake.code],
    timestamp,
    trace_id: call.id,
    correlation_id: correlationId,
    error_uri: `${origin}/error?code=${mistake.code}`,
  }
  return { ...json(mistake.status, body, noStore), about: { error: mistake.code } }
}

/** What every answer of the token endpoints says to caches. */
export const noStore: Readonly<Record<string, string>> = {
  'cache-control': 'no-store, no-cache',
  pragma: 'no-cache',
  expires: '-1',
}
