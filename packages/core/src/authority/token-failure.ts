import { CloudPartnerAuthError, redact, safeCause } from '../cloud-partner-auth-error.ts'
import type { Aadsts } from './aadsts.ts'
import { retryAfter } from './retry-after.ts'
import type { TokenIssuer } from './token-issuer.ts'

/** A token request that did not end in a token, and what must be kept out of its error. */
export interface FailedRequest {
  readonly host: string
  readonly issuer: TokenIssuer
  readonly secrets: readonly string[]
}

/** The error of a request that got no answer, or only half of one. */
export function unreachable(
  { host, issuer, secrets }: FailedRequest,
  thrown: unknown,
): CloudPartnerAuthError {
  return new CloudPartnerAuthError(
    'authority_unreachable',
    `${host} could not be reached. ${issuer.unreachable}`,
    { retryable: true, cause: safeCause(thrown, secrets) },
  )
}

/** The error that an answer without a token means: what was said, whether it passes, and what to do about it. */
export async function failure(
  { host, issuer, secrets }: FailedRequest,
  response: Response,
  body: Record<string, unknown> | undefined,
): Promise<CloudPartnerAuthError> {
  const { status, headers } = response
  const { redirected, type } = response
  if (redirected || type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    return new CloudPartnerAuthError(
      'authority_redirected',
      `${host} answered the token request with a redirect. ${issuer.redirected}`,
      { retryable: false, status },
    )
  }
  const read = (value: unknown) => redact(text(value), secrets) // any part of an answer may echo the request
  const said = sentence(read(body?.['error_description'] ?? body?.['message']))
  const facts = {
    status,
    oauthError: name(read(body?.['error'])),
    aadsts: aadstsOf(body?.['error_codes'], said),
    correlationId: name(
      read(body?.['correlation_id'] ?? body?.['correlationId'] ?? headers.get('client-request-id')),
    ),
    traceId: name(read(body?.['trace_id'] ?? headers.get('x-ms-request-id'))),
  }
  const known = await explanationOf(facts.aadsts)
  if (issuer.passes(status) || facts.oauthError === 'temporarily_unavailable' || known?.transient) {
    const what = facts.aadsts === undefined ? status : `${status} (AADSTS${facts.aadsts})`
    return new CloudPartnerAuthError(
      'authority_unavailable',
      `${host} answered ${what}. It is tried again by itself; if it lasts, check the Entra status page.`,
      { ...facts, retryable: true, retryAt: retryAfter(headers.get('retry-after'), Date.now()) },
    )
  }
  if (!body) {
    return new CloudPartnerAuthError(
      'authority_answer_invalid',
      `${host} answered ${status} with something that is not JSON. A proxy or a sign-in page of the network may stand between.`,
      { ...facts, retryable: true },
    )
  }
  const what = facts.oauthError ?? `HTTP ${status}`
  const remedy = known?.remedy ?? issuer.remedy(status, `${what}: ${said}`) ?? lookUp(facts.aadsts)
  return new CloudPartnerAuthError(
    'authority_refused',
    `${what}: ${said || known?.meaning || 'no reason given.'} ${remedy}`,
    { ...facts, retryable: false },
  )
}

/** What is known about an AADSTS code. The table is loaded for the first one: a service that works never needs it. */
export async function explanationOf(aadsts: number | undefined): Promise<Aadsts | undefined> {
  if (aadsts === undefined) return undefined
  try {
    return (await import('./aadsts.ts')).aadstsCodes[aadsts]
  } catch {
    return undefined // files replaced under a running process must not hide what the authority said
  }
}

function lookUp(aadsts: number | undefined): string {
  const page = 'https://login.microsoftonline.com/error'
  return aadsts === undefined
    ? `Check the options of the credential; ${page} knows more about the error.`
    : `Look the code up at ${page}?code=${aadsts}.`
}

/** The last code is the closest to the cause: `[70002, 50012]`. IMDS passes them on in its text alone. */
function aadstsOf(codes: unknown, said: string): number | undefined {
  const code: unknown = Array.isArray(codes) ? codes.at(-1) : undefined
  if (typeof code === 'number') return code
  const named = /\bAADSTS(\d{4,8})\b/.exec(said)?.[1]
  return named === undefined ? undefined : Number(named)
}

/** The first part of a description, without the ids and times that follow, which are facts of their own. */
function sentence(description: string): string {
  const [first = ''] = description.split(/\r?\n| Trace ID:/)
  return first.replace(/\p{Cc}+/gu, ' ').slice(0, 300)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A code or an id; anything else could bring lines of its own into a log. */
function name(value: string): string | undefined {
  return /^[\w.:-]{1,100}$/.test(value) ? value : undefined
}
