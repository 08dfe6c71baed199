import { request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'

/** One call of a webhook, as the emulator's log keeps it. */
export interface WebhookCall {
  /** When it was sent, in emulated time. */
  readonly at: number
  readonly url: string
  readonly subscriptionId: string
  readonly operationId: string
  readonly action: string
  readonly body: Readonly<Record<string, unknown>>
  /** 0 until it is answered, and when it never is. */
  readonly status: number
}

const patience = 10_000

/**
 * Posts an event. Resolves to the status of the answer, 0 when there is none within ten seconds or the
 * emulator is closed. Uses node:http, because tests replace `fetch`.
 */
export function postEvent(
  url: string,
  body: string,
  token: string,
  closing: AbortSignal,
): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const request = url.startsWith('https:') ? requestSecure : requestPlain
  const signal = AbortSignal.any([closing, AbortSignal.timeout(patience)])
  request(url, {
    method: 'POST',
    agent: false,
    signal,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${token}`,
    },
  })
    .on('response', response => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    .on('error', () => resolve(0))
    .end(body)
  return promise
}
