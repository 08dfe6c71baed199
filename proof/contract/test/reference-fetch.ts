import {
  type AuthOption,
  authFor,
  authorized,
  type Exchange,
} from '@cloud-partner-auth/core/adapter'

export type Fetch = typeof globalThis.fetch

/**
 * A small correct adapter for `fetch(string, init)`. It shows that the suite can be passed, and the adapters with mistakes
 * are made from it.
 */
export function referenceFetch(auth: AuthOption<Parameters<Fetch>>): Fetch {
  const authOf = authFor(auth, 'referenceFetch')
  return async (input, init) => {
    const picked = authOf(input, init)
    return picked ? authorized(picked, fetchExchange(String(input), init)) : fetch(input, init)
  }
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
    answer(response) {
      const { status, url, redirected, headers } = response
      const challenge = headers.get('www-authenticate') ?? undefined
      const resent = { replayable: replayable(body), delivered: response }
      return { status, url, redirected, challenge, ...resent }
    },
    discard: response => response.body?.cancel(),
  }
}

function replayable(body: unknown): boolean {
  if (body === null || typeof body !== 'object') return true
  return !(body instanceof ReadableStream) && !(Symbol.asyncIterator in body)
}
