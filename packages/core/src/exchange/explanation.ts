import type { Api, ApiAnswer } from '../api/api.ts'
import { member, shown } from '../check.ts'
import {
  type CloudPartnerAuthError,
  isCloudPartnerAuthError,
  isError,
} from '../cloud-partner-auth-error.ts'
import type { Happened, Refusal } from './happened.ts'

/** What a failed request comes of and what to do about it; as a string, and where it is printed, whole sentences. */
export interface Explanation {
  /** HTTP status of the answer, if there was one. */
  readonly status?: number | undefined
  /** The code of the error: of the API's body, or of a `CloudPartnerAuthError`. */
  readonly code?: string | undefined
  /** What happened to this very request; absent where nothing is known of it. */
  readonly happened?: Happened | undefined
  readonly meaning: string
  /** What to do; several where the answer does not tell which of its causes it has, the likeliest first. */
  readonly remedies: readonly string[]
  toString(): string
}

export interface Explained {
  readonly failed: unknown
  readonly happened: Happened | undefined
  /** The Apis of the auth, with the origins that are in effect. */
  readonly apis: readonly Api[]
}

/** Explains what a client threw, or the answer it delivered. Never supposes: where nothing is known, it says so. */
export function explanation({ failed, happened, apis }: Explained): Explanation {
  const own = causeOf(failed)
  if (own) return sentences({ code: own.code, meaning: own.message, remedies: [] })
  const { status, body } = answerOf(failed)
  if (status === undefined) return sentences(withoutAnswer(failed))
  const isOfApi = status < 400 || (happened !== undefined && happened.authorization !== 'none')
  if (isOfApi && isPage(body)) return sentences({ status, happened, ...fromBetween(status) })
  if (status < 400) {
    return sentences({ status, meaning: 'The answer is no failure.', remedies: [] })
  }
  const code = codeOf(body)
  const known = happened?.api?.answers?.find(
    one => one.status === Math.min(status, 500) && (one.code === undefined || one.code === code),
  )
  const { meaning, remedies } = told(status, happened, { known, apis })
  return sentences({ status, code, happened, meaning, remedies })
}

type Told = Pick<Explanation, 'meaning' | 'remedies'>

function told(
  status: number,
  happened: Happened | undefined,
  { known, apis }: { readonly known: ApiAnswer | undefined; readonly apis: readonly Api[] },
): Told {
  if (!happened) return unknown()
  if (happened.authorization === 'none') return uncovered(status, happened, apis)
  const api = happened.api?.name ?? 'The API'
  if (happened.authorization === 'own' && (status === 401 || status === 403)) {
    return {
      meaning: `${api} refused the Authorization header that your code or client set; a token of this auth never replaces it.`,
      remedies: [
        'Take the header (or the auth option of the client) out, and the token is attached.',
      ],
    }
  }
  if (happened.refusal)
    return refused(api, { ...happened, refusal: happened.refusal, status }, known)
  return known ?? general(status)
}

function uncovered(status: number, { url }: Happened, apis: readonly Api[]): Told {
  const { origin = '', pathname = '' } = URL.canParse(url) ? new URL(url) : {}
  const here = apis.filter(({ origins }) => origins.includes(origin))
  const meant = here.length > 0 ? [] : apis.filter(({ paths }) => isBelowOne(pathname, paths))
  const failed = status >= 500 ? 'The server failed. ' : ''
  return {
    meaning: `${failed}The request went out without a token: ${url} is not covered by this auth, which covers ${list((here.length > 0 ? here : apis).map(placesOf))}.`,
    remedies: [
      ...meant.map(
        ({ name, origins }) =>
          `${pathname} is a path of ${name}, which is at ${list(origins)}: correct the client's base URL.`,
      ),
      here.length > 0
        ? 'Check the path: what stands in it must be at or below one of these.'
        : "Check the client's base URL and the path: both must be those of the API.",
      'For another API, pass cloudPartnerAuth({ apis: [...] }) an Api with this origin and path.',
    ],
  }
}

function placesOf({ name, origins, paths = [''] }: Api): string {
  const below = paths.filter(path => path !== '/')
  return `${name} (${origins.flatMap(origin => below.map(path => origin + path)).join(', ')})`
}

function isBelowOne(pathname: string, paths: readonly string[] = []): boolean {
  const path = `${pathname.toLowerCase()}/`
  return paths.some(one => one !== '/' && path.startsWith(`${one.toLowerCase()}/`))
}

interface RefusedAnswer {
  readonly status: number
  readonly refusal: Refusal
  readonly failure?: CloudPartnerAuthError | undefined
}

function refused(
  api: string,
  { status, refusal, failure }: RefusedAnswer,
  known: ApiAnswer | undefined,
): Told {
  const outcome = outcomes[refusal]
  if (refusal === 'elsewhere') return outcome
  const isSettled = settled.includes(refusal)
  // A 403 may be about the token or about what was asked with it; when another token changes nothing, it is the latter.
  const subject =
    status !== 403
      ? `${api} refused the token.`
      : isSettled
        ? (known ?? general(status)).meaning
        : `${api} refused the token, or what was asked with it.`
  return {
    meaning: [subject, outcome.meaning, failure?.message].filter(Boolean).join(' '),
    remedies: [
      ...outcome.remedies,
      ...(isSettled || status === 403 ? (known?.remedies ?? []) : []),
    ],
  }
}

/** Where no other token would have helped. */
const settled: readonly Refusal[] = ['resent', 'renewal_paused', 'same_token']

const outcomes: Readonly<Record<Refusal, Told>> = {
  resent: {
    meaning: 'The request was sent again with a renewed token, and that was refused too.',
    remedies: [],
  },
  elsewhere: {
    meaning:
      'A redirect led to another origin or API, where the token does not go, and the request was refused there.',
    remedies: ['Call the URL it was redirected to, if that is an API of this auth.'],
  },
  body_not_replayable: {
    meaning: 'A new one is being acquired, but the body was a stream, which can be sent only once.',
    remedies: ['Send the request again: the next one carries the renewed token.'],
  },
  redirected: {
    meaning:
      'A new one is being acquired, but the request was or may have been redirected, and so may have taken effect: it was not sent twice.',
    remedies: ['See whether it took effect; if not, send it again.'],
  },
  renewal_failed: {
    meaning: 'No new one could be had, so the request was not sent again.',
    remedies: [],
  },
  renewal_paused: {
    meaning:
      'A token that had just been renewed was refused too, so no other is asked for until a pause is over, a minute at most.',
    remedies: [],
  },
  same_token: {
    meaning: 'The authority handed out the same one again, so the request was not sent again.',
    remedies: ['Wait until that token has expired, or have the credential acquire a new one.'],
  },
  resend_off: {
    meaning: 'A new one is being acquired; the request was not sent again, since resend is false.',
    remedies: ['Send the request again: the next one carries the renewed token.'],
  },
}

function unknown(): Told {
  return {
    meaning:
      'Nothing is known of the request behind this answer: it was not sent with this auth, or something put another answer in its place.',
    remedies: [
      'Pass the very error or answer that the client gave, to the auth that its plugin was made with.',
    ],
  }
}

/** A page that something in between sent: what the API would have said is not known. */
function fromBetween(status: number): Told {
  return {
    meaning: `The answer is an HTML page, which these APIs never send: something in between answered${status < 400 ? ', a sign-in page perhaps' : ''}.`,
    remedies: [
      'Look for a proxy, a gateway or a sign-in page between here and the API; the page itself may name it.',
    ],
  }
}

function general(status: number): Told {
  const meaning =
    status >= 500 ? 'The API failed.' : `The API does not accept the request (${status}).`
  return { meaning, remedies: ['Read the message in the body.'] }
}

function withoutAnswer(failed: unknown): Told {
  const what = isError(failed) ? `${failed.name}: ${failed.message}` : shown(failed)
  return {
    meaning: `There is no answer in what was passed (${what.slice(0, 200)}), so it says nothing about the token.`,
    remedies: [
      'For a failure of the network, look at the message; for an answer, pass the answer or its error.',
    ],
  }
}

/** The failure of the auth itself, where a client wrapped it in an error of its own. */
function causeOf(failed: unknown, depth = 5): CloudPartnerAuthError | undefined {
  if (isCloudPartnerAuthError(failed)) return failed
  return isError(failed) && depth > 0 ? causeOf(failed.cause, depth - 1) : undefined
}

/** Status and body, of axios's, got's and ky's errors, of answers, and of `{ status, body }`. */
function answerOf(failed: unknown): {
  readonly status: number | undefined
  readonly body: unknown
} {
  const error = fields(failed)
  const answer = fields(member(error, 'response') ?? failed)
  const status = member(answer, 'status') ?? member(answer, 'statusCode')
  // ky has read the body when it throws, and keeps what it read on the error.
  const bodies = [error, answer].flatMap(one => [member(one, 'data'), member(one, 'body')])
  const body = read(bodies.find(one => one !== undefined && one !== null))
  return { status: typeof status === 'number' ? status : undefined, body }
}

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

/** `{"error":{"code":"…"}}`, `{"code":"…"}`, or the name in a body such as `Microsoft.….Http422Exception: …`. */
function codeOf(body: unknown): string | undefined {
  const code = member(fields(member(fields(body), 'error')), 'code') ?? member(fields(body), 'code')
  if (typeof code === 'string' && /^[\w.-]{1,100}$/.test(code)) return code
  return typeof body === 'string' ? /\bHttp\d{3}Exception\b/.exec(body)?.[0] : undefined
}

function isPage(body: unknown): boolean {
  return typeof body === 'string' && /^\s*<(!doctype|html|\?xml|head|body)/i.test(body)
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function list(items: readonly string[]): string {
  return [items.slice(0, -1).join(', '), items.at(-1)].filter(Boolean).join(' and ')
}

function sentences(explained: Omit<Explanation, 'toString'>): Explanation {
  const { status, meaning, remedies } = explained
  const text = [status === undefined ? meaning : `${status}: ${meaning}`, ...remedies].join('\n- ')
  const whole = Object.fromEntries(
    Object.entries(explained).filter(([, value]) => value !== undefined),
  ) as unknown as Explanation // what it was, without what is absent
  for (const key of ['toString', Symbol.for('nodejs.util.inspect.custom')])
    Object.defineProperty(whole, key, { value: () => text })
  return whole
}
