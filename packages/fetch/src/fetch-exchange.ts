import type { Attempt, Exchange } from '@cloud-partner-auth/core/adapter'
import { discard, FetchAnswer } from './answer.ts'
import { classOf, hidesBody, movedInit, resetFields } from './moved-request.ts'
import { isReplayable } from './replayable-body.ts'

/** What sends a request: `typeof fetch` without what some runtimes add to it. */
export type Fetch = (
  ...call: Parameters<typeof globalThis.fetch>
) => ReturnType<typeof globalThis.fetch>

/** Any other that may send: undici's, node-fetch's, or a function around one. Each has types of its own for the same things. */
export type AnyFetch = (
  // biome-ignore lint/suspicious/noExplicitAny: no other type takes each of them and is inferred for a function that is written in place
  ...call: any[]
) => Promise<Pick<Response, 'status'>>

/** Before anybody could put another in its place: that one, a tool's or a test's, may look at nothing but a Request. */
const runtimeFetch = globalThis.fetch

/** What `fetch` makes for a form; a type of the caller's own stays. */
const generated = /^multipart\/form-data; ?boundary=/i

/**
 * One call of `fetch`, for `authorized()`.
 *
 * `madeOf` is what the body of a Request was made of, for callers who know: a Request shows its body as a stream only,
 * and a stream can be sent once and has no length.
 */
export function fetchExchange(
  fetch: Fetch,
  input: Parameters<Fetch>[0],
  init: RequestInit,
  madeOf?: RequestInit['body'],
): Exchange<Response> {
  const request = isRequest(input) ? input : undefined
  const url = request?.url ?? String(input)
  const signal = init.signal === undefined ? request?.signal : init.signal
  const headers = new Headers(init.headers ?? request?.headers)
  // A form is encoded anew each time it is sent, with a boundary of its own.
  const type = headers.get('content-type') ?? ''
  if (madeOf instanceof FormData && generated.test(type)) headers.delete('content-type')
  const body = init.body ?? madeOf

  function send({ url: to, authorization }: Attempt): Promise<Response> {
    if (to === url && !authorization) return fetch(input, init)
    if (request) return sendRequest(request, to, authorization)
    if (authorization) headers.set('authorization', authorization)
    return fetch(to, { ...init, headers })
  }

  function sendRequest(given: Request, to: string, authorization?: string): Promise<Response> {
    const { headers: _headers, body: _body, ...others } = init
    // The signal a second time, since undici forgets that of a Request nobody holds any more.
    const rest = { ...resetFields(given), ...others, signal: signal ?? null }
    if (authorization) headers.set('authorization', authorization)
    const hidden = to !== url && body == null && hidesBody(given)
    return hidden ? given.blob().then(sendWith) : sendWith(body)

    function sendWith(body: RequestInit['body']): Promise<Response> {
      const whole = body ?? given.body
      const [target, changes] =
        to === url
          ? [given, { ...rest, headers, ...(body != null && { body }) }] // a null is a body to Bun
          : [to, movedInit(given, { ...rest, headers, ...(whole != null && { body: whole }) })]
      // It makes a Request of both by itself; but undici holds one more copy of a body that is not in a Request already.
      if (fetch === runtimeFetch && whole == null) return fetch(target, changes)
      return fetch(new (classOf(given))(target, changes), rest)
    }
  }

  function replayable(): boolean {
    return body == null ? !request || request.body === null : isReplayable(body)
  }

  return {
    url,
    method: init.method ?? request?.method,
    signal: signal ?? undefined,
    authorizationSet: headers.has('authorization'),
    send,
    answer: response => new FetchAnswer(response, replayable),
    discard,
  }
}

export function isRequest(value: unknown): value is Request {
  return typeof value === 'object' && value !== null && 'url' in value && 'clone' in value
}
