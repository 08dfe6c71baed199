import { optionsOf } from '../check.ts'
import { CloudPartnerAuthError } from '../cloud-partner-auth-error.ts'

/**
 * An access token and what is known about it. Instants are milliseconds since the Unix epoch.
 *
 * In a string, in JSON and in `util.inspect` it shows as `[redacted]`; the secret is in no property, so that no
 * logger finds it.
 */
export interface AccessToken {
  /** The token itself, as it goes behind `Bearer ` in an Authorization header. */
  reveal(): string
  readonly acquiredAt: number
  readonly expiresAt: number
  /** From when on the authority would like it renewed (`refresh_in`), if it said so. */
  readonly renewAt?: number | undefined
  /** The claims it was acquired with, after a claims challenge. */
  readonly claims?: string | undefined
  /** Whether another process acquired it and left it in a store. */
  readonly shared?: boolean | undefined
}

export interface AccessTokenFields {
  readonly value: string
  readonly expiresAt: number
  /** Default: now. */
  readonly acquiredAt?: number | undefined
  readonly renewAt?: number | undefined
  readonly claims?: string | undefined
  readonly shared?: boolean | undefined
}

// RFC 6750, section 2.1: what may stand behind "Bearer ". Anything else could end the header line.
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/

const known = ['value', 'expiresAt', 'acquiredAt', 'renewAt', 'claims', 'shared'] as const

/**
 * Makes an {@link AccessToken}. For credentials of one's own.
 *
 * Throws a TypeError for a field that it does not know, and a `CloudPartnerAuthError` with code
 * `authority_answer_invalid` for what is no usable token: an empty one, a character that a header may not hold, a
 * lifetime that is missing, not a number or over.
 */
export function accessToken(given: AccessTokenFields): AccessToken {
  const fields = optionsOf(given, known, 'accessToken')
  const { value, expiresAt, acquiredAt = Date.now(), renewAt, claims, shared } = fields
  if (typeof value !== 'string' || !b64token.test(value)) {
    throw invalid(value ? 'a token with characters that no header may hold' : 'no access token')
  }
  if (!Number.isFinite(expiresAt)) throw invalid('a token without a readable lifetime')
  if (expiresAt <= acquiredAt) throw expired(expiresAt)
  return Object.freeze({
    acquiredAt,
    expiresAt,
    ...(Number.isFinite(renewAt) && { renewAt }),
    ...(claims !== undefined && { claims }),
    ...(shared && { shared }),
    reveal: () => value,
    toString: redacted,
    toJSON: redacted,
    [Symbol.for('nodejs.util.inspect.custom')]: redacted,
  })
}

/** Whether both hold the same token, whoever made the objects. */
export function sameToken(one: AccessToken, other: AccessToken): boolean {
  return one.reveal() === other.reveal()
}

/** Until when it is handed out: not in its last 10 s, nor, if it lives shortly, in its last tenth. */
export function usableUntil({ acquiredAt, expiresAt }: AccessToken): number {
  return expiresAt - Math.min(10_000, (expiresAt - acquiredAt) / 10)
}

function redacted(): string {
  return '[redacted]'
}

function expired(expiresAt: number): CloudPartnerAuthError {
  const why =
    expiresAt < 1e11
      ? 'expiresAt is meant in milliseconds since the Unix epoch, and seems to be in seconds.'
      : 'Whoever handed it out kept it in a cache for too long, or a clock is off.'
  return new CloudPartnerAuthError(
    'authority_answer_invalid',
    `The token that was handed out had expired already, at ${new Date(expiresAt).toISOString()}. ${why}`,
    { retryable: false },
  )
}

function invalid(what: string): CloudPartnerAuthError {
  return new CloudPartnerAuthError(
    'authority_answer_invalid',
    `The token request was answered with ${what}. Check that the authority host is Entra's (or the emulator's).`,
    { retryable: false },
  )
}
