import { explanationOf } from '../authority/token-failure.ts'
import { CloudPartnerAuthError, isError, safeCause } from '../cloud-partner-auth-error.ts'
import { redact } from '../redact.ts'

/**
 * What a credential, or a callback of the user's, threw. It is lasting where somebody who knows calls it so: an AADSTS
 * code or an OAuth error (RFC 6749, section 5.2) anywhere among the causes, or `retryable: false`. All else passes, an
 * `ETIMEDOUT` as well as a mistake: nobody can tell from outside.
 */
export async function foreignFailure(
  thrown: unknown,
  what = 'The credential failed before a token was had',
): Promise<CloudPartnerAuthError> {
  try {
    return await judged(thrown, what)
  } catch {
    return judged(new Error('What was thrown cannot be read'), what) // a getter of it throws, for example
  }
}

async function judged(thrown: unknown, what: string): Promise<CloudPartnerAuthError> {
  const causes = causesOf(thrown)
  const aadsts = first(causes, aadstsOf)
  const oauthError = first(causes, oauthErrorOf)
  const known = await explanationOf(aadsts)
  const said = told(thrown)
  const cause = safeCause(thrown, [])
  if ((aadsts !== undefined || oauthError !== undefined) && !known?.transient) {
    const remedy = known?.remedy ?? 'Check what the credential was made with.'
    const facts = { retryable: false, aadsts, oauthError, cause }
    return new CloudPartnerAuthError('authority_refused', `${said} ${remedy}`, facts)
  }
  const retryable = !causes.some(error => error['retryable'] === false)
  return new CloudPartnerAuthError(
    'credential_failed',
    `${what}: ${said} ${retryable ? 'It is tried again by itself.' : 'Trying again does not help.'}`,
    { retryable, aadsts, oauthError, cause },
  )
}

/** Whether code that is not ours failed, and nobody knows why. */
export function isForeign({ code, retryable }: CloudPartnerAuthError): boolean {
  return code === 'credential_failed' && retryable
}

/**
 * What was thrown, as the end of a sentence: its name and message, and those of its innermost cause, without `secrets`,
 * tokens and lines of their own.
 */
export function told(thrown: unknown, secrets: readonly string[] = []): string {
  if (!isError(thrown)) {
    const text = line(typeof thrown === 'string' ? thrown : innermost(thrown), secrets)
    return text ? `${text}.` : `${typeof thrown} was thrown.`
  }
  const outer = line(`${thrown.name}: ${withCode(thrown)}`, secrets)
  const inner = line(innermost(thrown), secrets)
  return outer.includes(inner) ? `${outer}.` : `${outer} (${inner}).`
}

/** Code and message of the innermost cause that has a message; empty where none has. */
export function innermost(thrown: unknown): string {
  return withCode(causesOf(thrown).findLast(({ message }) => message))
}

function withCode(error: unknown): string {
  const { code, message } = (error ?? {}) as Cause // of whatever kind it is
  const said = String(message ?? '')
  return typeof code === 'string' && !said.includes(code) ? `${code}: ${said}` : said
}

/** In one line, and without what would end a sentence. */
export function line(text: string, secrets: readonly string[]): string {
  const whole = redact(text, secrets).replace(/[\p{Cc}\s]+/gu, ' ')
  return whole.slice(0, 300).replace(/[\s.:]+$/, '')
}

export type Cause = Readonly<Record<string, unknown>>

/** An error with its causes, and those of an AggregateError; few, since they may lead round in a circle. */
export function causesOf(thrown: unknown, depth = 5): readonly Cause[] {
  if (typeof thrown !== 'object' || thrown === null || depth === 0) return []
  const error = thrown as Cause
  const { cause, errors, errorResponse } = error
  const others = [cause, errorResponse, ...(Array.isArray(errors) ? errors.slice(0, 10) : [])]
  return [error, ...others.flatMap(other => causesOf(other, depth - 1))]
}

function first<T>(causes: readonly Cause[], find: (cause: Cause) => T | undefined): T | undefined {
  for (const cause of causes) {
    const found = find(cause)
    if (found !== undefined) return found
  }
  return undefined
}

function aadstsOf({ message, errorDescription }: Cause): number | undefined {
  const code = /\bAADSTS(\d{4,8})\b/.exec(`${message} ${errorDescription}`)?.[1]
  return code === undefined ? undefined : Number(code)
}

/** Of RFC 6749, section 5.2, and those that Entra adds for client credentials. */
const oauthErrors = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_resource',
  'access_denied',
]

/** As the libraries name it: `error` (RFC 6749), `errorCode` (MSAL), `code`. */
function oauthErrorOf({ error, errorCode, code, message }: Cause): string | undefined {
  const begins = /^[a-z_]+(?=:)/.exec(String(message))?.[0]
  return oauthErrors.find(known => [error, errorCode, code, begins].includes(known))
}
