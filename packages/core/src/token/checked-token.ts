import { CloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import type { AcquireRequest } from '../credential/credential.ts'
import { type AccessToken, accessToken } from './access-token.ts'

/** The token made anew: a credential of the user's own may have made it without `accessToken()`. */
export function checkedToken(
  token: AccessToken,
  { claims, replacing }: Pick<AcquireRequest, 'claims' | 'replacing'>,
): AccessToken {
  if (replacing && token === replacing) return token
  if (typeof token?.reveal !== 'function') {
    throw new CloudPartnerAuthError(
      'credential_failed',
      "A credential's acquire() must resolve with what accessToken() makes.",
      { retryable: false },
    )
  }
  const { acquiredAt, expiresAt, renewAt, shared } = token
  const safe = accessToken({
    value: token.reveal(),
    acquiredAt,
    expiresAt,
    renewAt,
    claims: claims ?? token.claims,
    shared,
  })
  if (Date.now() < expiresAt) return safe
  throw new CloudPartnerAuthError(
    'authority_answer_invalid',
    'The token had expired when it arrived. Check the network path to the authority and its token lifetime.',
    { retryable: false },
  )
}
