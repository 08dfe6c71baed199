import { check } from '../check.ts'
import { type FailedRequest, failure, unreachable } from './token-failure.ts'
import { entra, type TokenIssuer } from './token-issuer.ts'

export interface TokenRequest {
  readonly url: string
  /** The form of a POST, its `client_secret` and `client_assertion` kept out of every error; none: a GET. */
  readonly form?: URLSearchParams | undefined
  /** What else must be kept out of every error. */
  readonly secrets?: readonly string[]
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Default: Entra. */
  readonly issuer?: TokenIssuer
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
  const { url, form, headers, issuer = entra, signal } = request
  const inForm = ['client_secret', 'client_assertion'].flatMap(field => form?.getAll(field) ?? [])
  const secrets = [...inForm, ...(request.secrets ?? [])]
  const failed: FailedRequest = { host: new URL(url).host, issuer, secrets }
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
    throw unreachable(failed, thrown)
  }
  const body = json(text)
  if (response.status === 200 && !response.redirected && body)
    return { status: 200, headers: Object.fromEntries(response.headers), body }
  throw await failure(failed, response, body)
}

/** Checks the `fetch` option of a credential. */
export function checkedFetch(
  fetch: typeof globalThis.fetch | undefined,
): typeof globalThis.fetch | undefined {
  check(
    fetch === undefined || typeof fetch === 'function',
    'fetch must be a function, such as the global one',
  )
  return fetch
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
