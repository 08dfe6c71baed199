import { CloudPartnerAuthError, redact, safeCause } from '../cloud-partner-auth-error.ts'
import { retryAfter } from './retry-after.ts'

export interface TokenRequest {
  readonly url: string
  /** The form of a POST, its `client_secret` and `client_assertion` kept out of every error; none: a GET. */
  readonly form?: URLSearchParams | undefined
  /** What else must be kept out of every error. */
  readonly secrets?: readonly string[]
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
  readonly signal: AbortSignal
}

export interface TokenAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/**
 * Sends one token request (RFC 6749, section 4.4.2) and resolves with a 200 and its JSON.
 *
 * Everything else is a `CloudPartnerAuthError`. A redirect is one too and is never followed: it would carry the
 * secret to whatever host the answer names.
 */
export async function requestToken(request: TokenRequest): Promise<TokenAnswer> {
  const { url, form, headers, signal } = request
  const inForm = ['client_secret', 'client_assertion'].flatMap(field => form?.getAll(field) ?? [])
  const secrets = [...inForm, ...(request.secrets ?? [])]
  // Looked up per request: a test or an instrumentation may replace the global one after this module was loaded.
  const send = request.fetch ?? globalThis.fetch
  let response: Response
  let text: string
  try {
    response = await send(url, {
      method: form ? 'POST' : 'GET',
      headers: {
        accept: 'application/json',
        ...headers,
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form && { body: form.toString() }),
      redirect: 'manual',
      signal,
    })
    text = await response.text()
  } catch (thrown) {
    throw new CloudPartnerAuthError(
      'authority_unreachable',
      `${new URL(url).host} could not be reached. Check DNS, proxy and firewall, and AZURE_AUTHORITY_HOST if it is set.`,
      { retryable: true, cause: safeCause(thrown, secrets) },
    )
  }
  const body = json(text)
  if (response.status === 200 && body)
    return { status: 200, headers: Object.fromEntries(response.headers), body }
  throw await failure(response, body, url, secrets)
}

async function failure(
  response: Response,
  body: Record<string, unknown> | undefined,
  url: string,
  secrets: readonly string[],
): Promise<CloudPartnerAuthError> {
  const { status, headers } = response
  const host = new URL(url).host
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    return new CloudPartnerAuthError(
      'authority_redirected',
      `${host} answered the token request with a redirect, which was not followed: the secret goes to no other host. ` +
        'Set the authority host to where tokens are really issued.',
      { retryable: false, status },
    )
  }
  const facts = {
    status,
    oauthError: text(body?.['error']),
    aadsts: number(body?.['error_codes']),
    correlationId: text(body?.['correlation_id']) ?? headers.get('client-request-id') ?? undefined,
    traceId: text(body?.['trace_id']) ?? headers.get('x-ms-request-id') ?? undefined,
  }
  const passing =
    status === 408 ||
    status === 429 ||
    status >= 500 ||
    facts.oauthError === 'temporarily_unavailable'
  if (passing) {
    return new CloudPartnerAuthError(
      'authority_unavailable',
      `${host} answered ${status}. It is tried again by itself; if it lasts, check the Entra status page.`,
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
  const { remedy } = await import('./aadsts.ts')
  const said = redact(text(body['error_description']) ?? '', secrets)
    .split(/\r?\n| Trace ID:/)[0]
    ?.slice(0, 300)
  return new CloudPartnerAuthError(
    'authority_refused',
    `${facts.oauthError ?? `HTTP ${status}`}: ${said || 'no description'} ${remedy(facts.aadsts)}`,
    { ...facts, retryable: false },
  )
}

function json(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined // not JSON: the caller says so, with the status
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function number(codes: unknown): number | undefined {
  const code: unknown = Array.isArray(codes) ? codes[0] : undefined
  return typeof code === 'number' ? code : undefined
}
