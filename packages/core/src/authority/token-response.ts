import { type AccessToken, accessToken } from '../token/access-token.ts'

/**
 * Reads a successful token response (RFC 6749, section 5.1).
 *
 * v1: `{"token_type":"Bearer","expires_in":"3599","expires_on":"1612794445","resource":"…","access_token":"eyJ…"}`,
 * numbers as strings; v2: `{"token_type":"Bearer","expires_in":3599,"refresh_in":1800,"access_token":"eyJ…"}`.
 *
 * Lifetimes count from `requestedAt`, so that clocks that differ do no harm. Throws `authority_answer_invalid`.
 */
export function readTokenResponse(
  body: unknown,
  requestedAt: number,
  claims?: string,
): AccessToken {
  const fields = (typeof body === 'object' && body) || {}
  const {
    access_token: value,
    token_type: type = 'Bearer',
    ...times
  } = fields as Record<string, unknown>
  const lifetime = seconds(times['expires_in'])
  const expiresOn = seconds(times['expires_on'])
  const renewIn = seconds(times['refresh_in'])
  return accessToken({
    value: typeof value === 'string' && isBearer(type) ? value : '',
    acquiredAt: requestedAt,
    expiresAt: lifetime === undefined ? (expiresOn ?? Number.NaN) : requestedAt + lifetime,
    renewAt: renewIn === undefined ? undefined : requestedAt + renewIn,
    claims,
  })
}

/** The name of a type has no case (RFC 6749, section 5.1). */
function isBearer(type: unknown): boolean {
  return typeof type === 'string' && type.toLowerCase() === 'bearer'
}

/** A count of seconds, as a number or as a string of digits, in milliseconds. */
function seconds(value: unknown): number | undefined {
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0
    ? count * 1_000
    : undefined
}
