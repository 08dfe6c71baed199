import { CloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import { redact } from '../redact.ts'
import type { Aadsts } from './aadsts.ts'
import { isGuid } from './authority.ts'
import { retryAfter } from './retry-after.ts'

/** What differs between the kinds of token endpoint. */
export interface TokenIssuer {
  /** Whether a proxy may stand between. */
  readonly proxied: boolean
  /** What to do when it cannot be reached. */
  readonly unreachable: string
  /** What to do about a redirect. */
  readonly redirected: string
  /** Whether an answer with this status may be another one in a while. */
  passes(status: number): boolean
  /** Where an answer without `error` says what is wrong. */
  readonly description?: string
  /** What to do about a refusal that carries no AADSTS code; `undefined` where nothing is known about it. */
  remedy(status: number, said: string): string | undefined
}

/** The token endpoints of Entra. */
export const entra: TokenIssuer = {
  proxied: true,
  unreachable: 'Check DNS, proxy and firewall, and AZURE_AUTHORITY_HOST if it is set.',
  redirected:
    'The secret goes to no other host: set the authority host to where tokens are really issued.',
  passes: status => status === 408 || status === 429 || status >= 500,
  remedy: () => undefined,
}

/** A token request that did not end in a token, and what must be kept out of its error. */
export interface FailedRequest {
  readonly host: string
  readonly issuer: TokenIssuer
  readonly secrets: readonly string[]
  /** The proxy it went through. */
  readonly via?: string | undefined
}

/** An answer of a token endpoint. */
export interface TokenAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Whether it is, or comes from, a redirect. */
  readonly redirected: boolean
  /** `undefined` where there was more of it than is read. */
  readonly text: string | undefined
}

/** The error that an answer without a token means: what was said, whether it passes, and what to do about it. */
export async function failure(
  { host, issuer, secrets }: FailedRequest,
  answer: TokenAnswer,
  body: Record<string, unknown> | undefined,
): Promise<CloudPartnerAuthError> {
  const { status, headers } = answer
  if (answer.redirected) {
    return new CloudPartnerAuthError(
      'authority_redirected',
      `${host} answered the token request with a redirect. ${issuer.redirected}`,
      { retryable: false, status },
    )
  }
  const read = (value: unknown) => redact(text(value), secrets) // any part of an answer may echo the request
  // Only what is meant for this reader is quoted: RFC 6749, section 5.2, or what the endpoint has in its place.
  const described = body?.['error'] === undefined ? issuer.description : 'error_description'
  const said = described === undefined ? '' : sentence(read(body?.[described]))
  const facts = {
    status,
    oauthError: name(read(body?.['error'])),
    aadsts: aadstsOf(body?.['error_codes'], said),
    correlationId: name(
      read(body?.['correlation_id'] ?? body?.['correlationId'] ?? headers['client-request-id']),
    ),
    traceId: name(read(body?.['trace_id'] ?? headers['x-ms-request-id'])),
  }
  const known = await explanationOf(facts.aadsts)
  if (issuer.passes(status) || facts.oauthError === 'temporarily_unavailable' || known?.transient) {
    const what = facts.aadsts === undefined ? status : `${status} (AADSTS${facts.aadsts})`
    return new CloudPartnerAuthError(
      'authority_unavailable',
      `${host} answered ${what}. It is tried again by itself; if it lasts, check the Entra status page.`,
      { ...facts, retryable: true, retryAt: retryAfter(headers['retry-after'], Date.now()) },
    )
  }
  if (!body) {
    return new CloudPartnerAuthError(
      'authority_answer_invalid',
      `${host} answered ${status} with ${kind(answer, secrets)}, which is no JSON. A proxy or a sign-in page of the network may stand between.`,
      { ...facts, retryable: true },
    )
  }
  const what = facts.oauthError ?? `HTTP ${status}`
  const isId = facts.aadsts === 7000215 && secrets.some(isGuid)
  const seen = isId ? ' What was sent has the form of an ID, which no value of a secret has.' : ''
  const remedy = known?.remedy ?? issuer.remedy(status, `${what}: ${said}`) ?? lookUp(facts.aadsts)
  const unsaid =
    body['error'] === undefined
      ? `no OAuth error, but ${kind(answer, secrets)}.`
      : 'no reason given.'
  return new CloudPartnerAuthError(
    'authority_refused',
    `${what}: ${said || known?.meaning || unsaid}${seen} ${remedy}`,
    { ...facts, retryable: false },
  )
}

/** Type and length of an answer, which is all that is told of one that nobody can read. */
function kind({ headers, text }: TokenAnswer, secrets: readonly string[]): string {
  const type = redact(headers['content-type']?.split(';')[0] ?? '', secrets).trim()
  const named = /^[\w.+-]{1,40}\/[\w.+-]{1,60}$/.test(type) ? type : 'a body of no known type'
  return `${named}, ${text === undefined ? 'more than 1 MiB' : `${text.length} characters`} long`
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
