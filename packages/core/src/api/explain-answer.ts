import { isCloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import { portalAnswers } from '../portal/portal-answers.ts'

export interface Explanation {
  readonly status: number
  /** `error.code` of the body, where it has one. */
  readonly code?: string
  readonly meaning: string
  /** What to do; several where the answer does not tell which of its causes it has, the likeliest first. */
  readonly remedies: readonly string[]
}

/**
 * What a failed answer of the Cloud Partner Portal means and what to do about it. It changes nothing: the client's
 * own error stays as it is.
 *
 * Takes the error of axios, got or ky, or any answer with `status` (or `statusCode`) and `body` (or `data`): an
 * object, JSON, plain text, HTML or bytes. `undefined` for everything that is no failed answer, a
 * `CloudPartnerAuthError` included: that one says it itself.
 *
 * @example
 * catch (error) { console.error(explainAnswer(error) ?? error) }
 * @example
 * if (!response.ok) console.error(explainAnswer({ status: response.status, body: await response.text() }))
 */
export function explainAnswer(failed: unknown): Explanation | undefined {
  if (isCloudPartnerAuthError(failed)) return undefined
  const error = record(failed)
  const answer = record(error['response'] ?? failed)
  const status = answer['status'] ?? answer['statusCode']
  if (typeof status !== 'number' || status < 400) return undefined
  // ky has read the body when it throws, and keeps what it read on the error.
  const body = read(error['data'] ?? answer['data'] ?? answer['body'])
  const code = codeOf(body)
  const known = portalAnswers.find(
    one => one.status === Math.min(status, 500) && (one.code === undefined || one.code === code),
  )
  return {
    status,
    ...(code !== undefined && { code }),
    meaning: known?.meaning ?? 'The API does not accept the request.',
    remedies: [
      ...(isPage(body) ? [page] : []),
      ...(known?.remedies ?? ['Read the message in the body.']),
    ],
  }
}

const page =
  'The body is an HTML page, which this API never sends: look for a proxy, a gateway or a sign-in page in between.'

/** Bodies come parsed, as text, as bytes or not at all (a stream is left alone). */
function read(body: unknown): unknown {
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : body
  if (typeof text !== 'string') return text
  try {
    return JSON.parse(text)
  } catch {
    return text // HTML and plain text are answers too
  }
}

/** `{"error":{"code":"…"}}`, or the name in a body such as `Microsoft.….Http422Exception: …`. */
function codeOf(body: unknown): string | undefined {
  const code = record(record(body)['error'])['code']
  if (typeof code === 'string' && /^[\w.-]{1,100}$/.test(code)) return code
  return typeof body === 'string' ? /\bHttp\d{3}Exception\b/.exec(body)?.[0] : undefined
}

function isPage(body: unknown): boolean {
  return typeof body === 'string' && /^\s*<(!doctype|html|\?xml|head|body)/i.test(body)
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
