import type { CloudPartnerAuth } from '@cloud-partner-auth/core'
import { authorized, type Exchange } from '@cloud-partner-auth/core/adapter'

export type Fetch = typeof globalThis.fetch

/**
 * A small correct adapter for `fetch(string, init)`. It shows that the suite can be passed, and the adapters with mistakes
 * are made from it.
 */
export function referenceFetch(auth: CloudPartnerAuth): Fetch {
  return async (input, init) => authorized(auth, fetchExchange(String(input), init))
}

/** One request of `fetch` as core sees it. */
export function fetchExchange(url: string, init: RequestInit = {}): Exchange<Response> {
  const { method, signal, headers, body } = init
  return {
    url: new URL(url).href,
    method,
    signal: signal ?? undefined,
    authorizationSet: new Headers(headers).has('authorization'),
    async send({ url, authorization }) {
      const added = new Headers(headers)
      if (authorization) added.set('authorization', authorization)
      return fetch(url, { ...init, headers: added })
    },
    answer: ({ status, url, headers }) => ({
      status,
      url,
      challenge: headers.get('www-authenticate') ?? undefined,
      replayable: replayable(body),
    }),
    discard: response => response.body?.cancel(),
  }
}

function replayable(body: unknown): boolean {
  if (body === null || typeof body !== 'object') return true
  return !(body instanceof ReadableStream) && !(Symbol.asyncIterator in body)
}
