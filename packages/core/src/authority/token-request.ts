import { check, shown } from '../check.ts'
import { sendByNode, type Way, wayTo } from './proxy.ts'
import {
  entra,
  type FailedRequest,
  failure,
  type TokenAnswer,
  type TokenIssuer,
} from './token-failure.ts'
import { unreachable } from './unreachable.ts'

export interface TokenRequest {
  readonly url: string
  /** The form of a POST, its `client_secret` and `client_assertion` kept out of every error; none: a GET. */
  readonly form?: URLSearchParams | undefined
  /** What else must be kept out of every error. */
  readonly secrets?: readonly string[]
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly fetch?: TokenFetch | undefined
  /** Default: Entra. */
  readonly issuer?: TokenIssuer
  readonly signal: AbortSignal
}

/**
 * Any `fetch` that sends a token request: the platform's, undici's, node-fetch's, or a function around one. Its promise is
 * for a Response of whatever class.
 */
export type TokenFetch = (
  url: string,
  init: {
    readonly method: string
    readonly headers: Record<string, string>
    readonly body?: string
    readonly redirect: 'manual'
    readonly signal: AbortSignal
  },
) => Promise<{
  readonly status: number
  readonly headers: { get(name: string): string | null }
  text(): Promise<string>
}>

/** The answer to a token request that may hold a token. */
export interface TokenBody {
  readonly status: 200
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** An answer holds a few kilobytes at most; this is room for all that anybody might put beside a token. */
const largest = 1024 * 1024

/**
 * Sends one token request (RFC 6749, section 4.4.2) and resolves with a 200 and its JSON.
 *
 * Everything else is a `CloudPartnerAuthError`. A redirect is one too and is never followed: it would carry the
 * secret to whatever host the answer names. Of an answer 1 MiB is read at most, after decompression.
 */
export async function requestToken(request: TokenRequest): Promise<TokenBody> {
  const { url, form, issuer = entra } = request
  const inForm = ['client_secret', 'client_assertion'].flatMap(field => form?.getAll(field) ?? [])
  const way = request.fetch ?? wayTo(url, issuer)
  const proxy = typeof way === 'object' ? way : undefined
  const secrets = [...inForm, ...(request.secrets ?? []), ...(proxy?.secrets ?? [])]
  const failed: FailedRequest = { host: new URL(url).host, issuer, secrets, via: proxy?.name }
  const answer = await sent(request, way).catch(thrown => {
    throw unreachable(failed, thrown)
  })
  const body = json(answer.text)
  if (answer.status === 200 && !answer.redirected && body)
    return { status: 200, headers: answer.headers, body }
  throw await failure(failed, answer, body)
}

async function sent(
  { url, form, headers, signal }: TokenRequest,
  way: Way | TokenFetch,
): Promise<TokenAnswer> {
  const options = {
    method: form ? 'POST' : 'GET',
    headers: {
      accept: 'application/json',
      ...headers,
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(form && { body: form.toString() }),
    redirect: 'manual',
    signal,
  } as const
  const response: unknown = await send(url, options, way)
  if (!isResponse(response)) {
    throw new TypeError(
      `it resolved with ${response === null ? 'null' : typeof response}, which is no Response`,
    )
  }
  const { status, redirected, type } = response
  return {
    status,
    headers: Object.fromEntries(response.headers),
    redirected: redirected === true || type === 'opaqueredirect' || (status >= 300 && status < 400),
    text: await textOf(response),
  }
}

function send(
  url: string,
  options: Parameters<typeof sendByNode>[1] & { readonly redirect: 'manual' },
  way: Way | TokenFetch,
): Promise<unknown> {
  if (typeof way === 'function') return way(url, options)
  // Looked up per request: a test or an instrumentation may replace the global one after this module was loaded.
  if (way === 'fetch') return globalThis.fetch(url, options)
  return sendByNode(url, options, way === 'direct' ? undefined : way)
}

/** By shape: the `fetch` that was passed may have a Response of its own. */
function isResponse(response: unknown): response is AnyResponse {
  const { status, headers } = (response ?? {}) as Partial<Response> // looked at to find out
  return typeof status === 'number' && typeof headers?.get === 'function'
}

/** `undefined` where there is more than is read. */
async function textOf(response: AnyResponse): Promise<string | undefined> {
  const { body } = response
  if (!body) {
    // A mock, or an old platform, which has all of it in memory already.
    const text = await response.text()
    return text.length > largest ? undefined : text
  }
  const decoder = new TextDecoder()
  let length = 0
  let text = ''
  for await (const chunk of chunksOf(body)) {
    length += chunk.length
    if (length > largest) return undefined
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

interface AnyResponse extends Pick<Response, 'status' | 'headers' | 'text'> {
  readonly redirected?: boolean
  readonly type?: string
  readonly body: Body | null
}

type Body = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>

/** Of a web stream, or of one of Node, as node-fetch has it. Whoever stops asking for more ends the connection. */
async function* chunksOf(body: Body): AsyncGenerator<Uint8Array | string> {
  if (!('getReader' in body)) return yield* body
  const reader = body.getReader()
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
  } finally {
    reader.cancel().catch(() => {}) // it may have failed already, which is told where it was read
  }
}

/** Checks the `fetch` option of a credential. */
export function checkedFetch(fetch: TokenFetch | undefined): TokenFetch | undefined {
  check(
    fetch === undefined || typeof fetch === 'function',
    `fetch must be a function, such as the global one, and not ${shown(fetch)}`,
  )
  return fetch
}

function json(text = ''): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined // not JSON: the caller says so, with the status
  }
}
