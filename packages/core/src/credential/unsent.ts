import {
  CloudPartnerAuthError,
  isCloudPartnerAuthError,
  isError,
  redact,
  safeCause,
} from '../cloud-partner-auth-error.ts'

/** What stopped the reading of a proof. */
export function unreadable(what: string, thrown: unknown): CloudPartnerAuthError {
  if (isCloudPartnerAuthError(thrown)) return thrown
  return failed(`The ${what} could not be read (${kind(thrown)}): see the cause.`, thrown)
}

/** What is wrong with a proof that was read. Its TypeErrors are our own words, which quote nothing of it. */
export function unusable(thrown: unknown, text: string): CloudPartnerAuthError {
  return failed(thrown instanceof TypeError ? `${thrown.message}.` : kind(thrown), thrown, [text])
}

/** What stopped a token request before it was sent; MSAL's errors may quote what they choke on. */
export function unsent(thrown: unknown, text: string): CloudPartnerAuthError {
  // A part of a text of many lines is as secret as the whole.
  const secrets = [text, ...text.split(/\s+/).filter(part => part.length > 15)]
  return failed(
    `The token request could not be made (${kind(thrown)}): see the cause.`,
    thrown,
    secrets,
  )
}

function failed(
  message: string,
  thrown: unknown,
  secrets: readonly string[] = [],
): CloudPartnerAuthError {
  const cause = safeCause(thrown, secrets)
  const told = redact(message, secrets)
  return new CloudPartnerAuthError('credential_failed', told, { retryable: false, cause })
}

function kind(thrown: unknown): string {
  if (!isError(thrown)) return typeof thrown
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.name
}
