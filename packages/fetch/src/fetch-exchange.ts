import type { Attempt, Exchange } from '@cloud-partner-auth/core/adapter'
import { answer, discard } from './answer.ts'
import { bodyOf, classOf, movedRequest } from './moved-request.ts'
import { isReplayable } from './replayable-body.ts'

/** What sends a request: `typeof fetch` without what some runtimes add to it. */
export type Fetch = (
  ...call: Parameters<typeof globalThis.fetch>
) => ReturnType<typeof globalThis.fetch>

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
  if (madeOf instanceof FormData) headers.delete('content-type')
  const body = init.body ?? madeOf

  function send({ url: to, authorization }: Attempt): Promise<Response> {
    if (to === url && !authorization) return fetch(input, init)
    if (request) return sendRequest(request, to, authorization)
    if (authorization) headers.set('authorization', authorization)
    return fetch(to, { ...init, headers })
  }

  /** Sends a Request that holds everything, since a fetch of the user's may look at nothing else. */
  async function sendRequest(
    given: Request,
    to: string,
    authorization?: string,
  ): Promise<Response> {
    const { headers: _headers, body: _body, ...others } = init
    const { referrer, referrerPolicy } = given // any change to a Request resets the two
    // The signal a second time, since undici forgets that of a Request nobody holds any more.
    const rest = { referrer, referrerPolicy, ...others, signal: signal ?? null }
    const own = body != null && { body } // a null would be a body to Bun
    const anew =
      to === url
        ? new (classOf(given))(given, { ...rest, headers, ...own })
        : movedRequest(given, to, { ...rest, headers, body: body ?? (await bodyOf(given)) ?? null })
    // Only now: each list of headers that is made of another checks every value, and a token is long.
    if (authorization) anew.headers.set('authorization', authorization)
    return fetch(anew, rest)
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
    answer: response => answer(response, replayable),
    discard,
  }
}

export function isRequest(value: unknown): value is Request {
  return typeof value === 'object' && value !== null && 'url' in value && 'clone' in value
}
