import {
  CloudPartnerAuthError,
  isCloudPartnerAuthError,
  redact,
  safeCause,
} from '../cloud-partner-auth-error.ts'
import { told } from '../token/foreign-failure.ts'

/** What stopped the reading of a proof. */
export function unreadable(what: string, thrown: unknown): CloudPartnerAuthError {
  if (isCloudPartnerAuthError(thrown)) return thrown
  return failed(`The ${what} could not be read: ${told(thrown)}`, thrown, { passes: true })
}

/**
 * What is wrong with a proof that was read. Its TypeErrors are our own words, which quote nothing of it. Whoever gave
 * nothing may give something the next time.
 */
export function unusable(thrown: unknown, text: unknown): CloudPartnerAuthError {
  const passes = typeof text !== 'string' || text.trim() === ''
  const message = thrown instanceof TypeError ? `${thrown.message}.` : told(thrown)
  return failed(message, thrown, { passes, secrets: typeof text === 'string' ? [text] : [] })
}

/** What stopped a token request before it was sent; MSAL's errors may quote what they choke on. */
export function unsent(thrown: unknown, text: string): CloudPartnerAuthError {
  // A part of a text of many lines is as secret as the whole.
  const secrets = [text, ...text.split(/\s+/).filter(part => part.length > 15)]
  return failed(`The token request could not be made: ${told(thrown)}`, thrown, { secrets })
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
  const told = redact(message, secrets)
  return new CloudPartnerAuthError('credential_failed', told, { retryable: passes, cause })
}
