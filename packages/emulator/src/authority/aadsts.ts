import { randomUUID } from 'node:crypto'
import { format } from 'node:util'
import type { Call } from '../http/call.ts'
import { json, type Reply } from '../http/reply.ts'

// HTTP status, OAuth error, message; `%s` is filled in by the place that complains.
const mistakes = {
  50013: [400, 'invalid_grant', 'Assertion failed signature validation.'],
  50027: [401, 'invalid_client', 'JWT token is invalid or malformed.'],
  50048: [401, 'invalid_client', 'Subject must match the issuer claim in the client assertion.'],
  50059: [
    400,
    'invalid_request',
    'No tenant-identifying information found in either the request or implied by any provided credentials.',
  ],
  53003: [
    400,
    'invalid_grant',
    'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
  ],
  70003: [400, 'unsupported_grant_type', "The app requested an unsupported grant type '%s'."],
  90002: [
    400,
    'invalid_tenant',
    "Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
  ],
  90033: [503, 'temporarily_unavailable', 'A transient error has occurred. Please try again.'],
  500011: [
    400,
    'invalid_resource',
    'The resource principal named %s was not found in the tenant named %s. This can happen if the application has not been installed by the administrator of the tenant.',
  ],
  700016: [
    400,
    'unauthorized_client',
    "Application with identifier '%s' was not found in the directory '%s'. You may have sent your authentication request to the wrong tenant.",
  ],
  700021: [
    401,
    'invalid_client',
    "Client assertion application identifier doesn't match 'client_id' parameter.",
  ],
  700023: [401, 'invalid_client', 'Client assertion audience claim does not match Realm issuer.'],
  700024: [
    401,
    'invalid_client',
    'Client assertion is not within its valid time range. Current time: %s, assertion valid from %s, expiry time of assertion %s.',
  ],
  700027: [
    401,
    'invalid_client',
    "Client assertion failed signature validation. [Reason - %s, Thumbprint of key used by client: '%s'].",
  ],
  700211: [
    401,
    'invalid_client',
    "No matching federated identity record found for presented assertion issuer '%s'. Please note that the matching is done using a case-sensitive comparison.",
  ],
  700213: [
    401,
    'invalid_client',
    "No matching federated identity record found for presented assertion subject '%s'. Please note that the matching is done using a case-sensitive comparison.",
  ],
  900023: [
    400,
    'invalid_request',
    "Specified tenant identifier '%s' is neither a valid DNS name, nor a valid external domain.",
  ],
  900144: [400, 'invalid_request', "The request body must contain the following parameter: '%s'."],
  900561: [
    400,
    'invalid_request',
    'The endpoint only accepts POST requests. Received a %s request.',
  ],
  901002: [400, 'invalid_request', "The 'resource' request parameter is not supported."],
  1002012: [
    400,
    'invalid_scope',
    'The provided value for scope %s is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
  ],
  7000112: [400, 'unauthorized_client', "Application '%s'(%s) is disabled."],
  7000215: [
    401,
    'invalid_client',
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'.",
  ],
  7000216: [
    401,
    'invalid_client',
    "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
  ],
  7000222: [401, 'invalid_client', "The provided client secret keys for app '%s' are expired."],
  7002121: [
    401,
    'invalid_client',
    "No matching federated identity record found for presented assertion audience '%s'. Please note that the matching is done using a case-sensitive comparison.",
  ],
  9000411: [
    400,
    'invalid_request',
    "The request is not properly formatted. The parameter '%s' is duplicated.",
  ],
  9001023: [
    400,
    'invalid_request',
    'The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.',
  ],
  9002313: [400, 'invalid_request', 'Invalid request. Request is malformed or invalid.'],
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
