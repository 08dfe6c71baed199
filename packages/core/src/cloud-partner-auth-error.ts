import { redact } from './redact.ts'

/**
 * What kept a request from being sent. `authority_…` codes are about the Entra token endpoint:
 * not reached, busy (429, 5xx), said no (an OAuth error), answered with a redirect, answered with something
 * that is no token response. `acquisition_timed_out`: the credential gave nothing within the time limit.
 * `credential_failed`: the credential itself threw before, or instead of, asking the authority.
 * `environment_incomplete`: the environment's variables describe no credential, or are malformed. `emulator_in_effect`:
 * the request is for the live service, while CLOUD_PARTNER_EMULATOR stands for it.
 * `proxy_reads_token` is about the request itself: a proxy on its way would have read the token in clear.
 */
export type CloudPartnerAuthErrorCode =
  | 'authority_unreachable'
  | 'authority_unavailable'
  | 'authority_refused'
  | 'authority_redirected'
  | 'authority_answer_invalid'
  | 'acquisition_timed_out'
  | 'credential_failed'
  | 'environment_incomplete'
  | 'emulator_in_effect'
  | 'proxy_reads_token'

/** The protocol facts of a failure; each is present only where it is known. */
export interface CloudPartnerAuthErrorFacts {
  /** Whether the same request may succeed later without anyone changing anything. */
  readonly retryable: boolean
  /** Before this instant (milliseconds since the Unix epoch) no further token request is made. */
  readonly retryAt?: number | undefined
  /** When this failure was first seen, if it is remembered from an earlier token request. */
  readonly since?: number | undefined
  /** HTTP status of the authority's answer. */
  readonly status?: number | undefined
  /** `error` of the token error response (RFC 6749, section 5.2). */
  readonly oauthError?: string | undefined
  /** The number of the AADSTS code, such as 7000215. */
  readonly aadsts?: number | undefined
  readonly correlationId?: string | undefined
  readonly traceId?: string | undefined
}

/**
 * The request was not sent: no token could be had, or it would have gone in clear.
 *
 * The message starts with the code and ends with what to do. It never holds a secret or a token, nor does
 * `cause`, which is a copy reduced to name, message, code and stack. Tell it apart with
 * {@link isCloudPartnerAuthError}: `instanceof` fails when two copies of this package are installed.
 */
export class CloudPartnerAuthError extends Error implements CloudPartnerAuthErrorFacts {
  readonly code: CloudPartnerAuthErrorCode
  readonly retryable: boolean
  declare readonly retryAt?: number
  declare readonly since?: number
  declare readonly status?: number
  declare readonly oauthError?: string
  declare readonly aadsts?: number
  declare readonly correlationId?: string
  declare readonly traceId?: string

  constructor(
    code: CloudPartnerAuthErrorCode,
    message: string,
    facts: CloudPartnerAuthErrorFacts & { readonly cause?: unknown },
  ) {
    const { cause, retryable, ...known } = facts
    super(`[${code}] ${message}`, cause === undefined ? undefined : { cause })
    this.name = 'CloudPartnerAuthError'
    this.code = code
    this.retryable = retryable
    for (const [fact, value] of Object.entries(known)) {
      if (value !== undefined) Object.assign(this, { [fact]: value })
    }
  }
}

/** The same failure, told in other words or with more facts. `tell` is given its message without the code. */
export function retold(
  error: CloudPartnerAuthError,
  tell: (message: string) => string,
  facts: Partial<CloudPartnerAuthErrorFacts> = {},
): CloudPartnerAuthError {
  const { code, message, retryable, retryAt, since, status, cause } = error
  const { oauthError, aadsts, correlationId, traceId } = error
  const known = { retryable, retryAt, since, status, oauthError, aadsts, correlationId, traceId }
  const words = tell(message.slice(`[${code}] `.length))
  return new CloudPartnerAuthError(code, words, { ...known, cause, ...facts })
}

/** Whether `error` is a {@link CloudPartnerAuthError}, made by this or any other copy of this package. */
export function isCloudPartnerAuthError(error: unknown): error is CloudPartnerAuthError {
  return isError(error) && error.name === 'CloudPartnerAuthError' && 'code' in error
}

/**
 * A copy of `thrown` that is safe to keep as a `cause`. Errors of HTTP libraries carry the request they failed
 * with, secret included, so only name, message, code and stack are taken, with `secrets` blotted out of them.
 */
export function safeCause(
  thrown: unknown,
  secrets: readonly string[],
  depth = 3,
): Error | undefined {
  if (!isError(thrown) || depth === 0) return undefined
  const cause = safeCause(thrown.cause, secrets, depth - 1)
  const copy = new Error(redact(String(thrown.message), secrets), cause && { cause })
  copy.name = redact(String(thrown.name), secrets)
  if (typeof thrown.stack === 'string') copy.stack = redact(thrown.stack, secrets)
  const { code } = thrown as { code?: unknown }
  if (typeof code === 'number') return Object.assign(copy, { code })
  return typeof code === 'string' ? Object.assign(copy, { code: redact(code, secrets) }) : copy
}

/** By shape: in a test runner's sandbox, what Node throws is no `instanceof` the sandbox's Error. */
export function isError(thrown: unknown): thrown is Error {
  return typeof thrown === 'object' && thrown !== null && 'name' in thrown && 'message' in thrown
}
