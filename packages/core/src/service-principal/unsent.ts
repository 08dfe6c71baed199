import {
  CloudPartnerAuthError,
  isCloudPartnerAuthError,
  safeCause,
} from '../cloud-partner-auth-error.ts'
import { redact } from '../redact.ts'
import { foreignFailure, told } from '../token/foreign-failure.ts'

/** The error of a proof that could not be read, from a file or by a callback of the user's. */
export async function unreadable(what: string, thrown: unknown): Promise<CloudPartnerAuthError> {
  return isCloudPartnerAuthError(thrown)
    ? thrown
    : foreignFailure(thrown, `The ${what} could not be read`)
}

/**
 * The error of a proof that was read and cannot be used. What `prove()` throws as a TypeError are our own words, which
 * quote nothing of it. It passes where nothing was read: there may be something the next time.
 */
export function unusable(thrown: unknown, text: unknown): CloudPartnerAuthError {
  const passes = typeof text !== 'string' || text.trim() === ''
  const secrets = typeof text === 'string' ? [text] : []
  const message =
    thrown instanceof TypeError ? `${redact(thrown.message, secrets)}.` : told(thrown, secrets)
  return failed(message, thrown, { passes, secrets })
}

/** The error of a token request that could not be made. MSAL's errors may quote what they choke on. */
export function unsent(thrown: unknown, text: string): CloudPartnerAuthError {
  // A part of a text of many lines is as secret as the whole.
  const secrets = [text, ...text.split(/\s+/).filter(part => part.length > 15)]
  const said = told(thrown, secrets)
  return failed(`The token request could not be made: ${said}`, thrown, { secrets })
}

/** MSAL is an optional dependency, and not every bundler can pack it. */
export function notLoaded(thrown: unknown): CloudPartnerAuthError {
  return failed(
    `@azure/msal-node could not be loaded: ${told(thrown)} Install it where this runs (npm install @azure/msal-node), and let a bundler leave it out (external); or do without it: tokenEndpoint(), or endpoint: 'v1'.`,
    thrown,
    {},
  )
}

function failed(
  message: string,
  thrown: unknown,
  {
    passes = false,
    secrets = [],
  }: { readonly passes?: boolean; readonly secrets?: readonly string[] },
): CloudPartnerAuthError {
  const cause = safeCause(thrown, secrets)
  return new CloudPartnerAuthError('credential_failed', message, { retryable: passes, cause })
}
