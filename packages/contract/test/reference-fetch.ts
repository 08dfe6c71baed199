import type { Auth } from '@cloud-partner-auth/core'
import { authorized } from '@cloud-partner-auth/core/adapter'

export type Fetch = typeof globalThis.fetch

/**
 * A small sound adapter for `fetch(string, init)`: shows that the suite can be passed, and gives the unsound
 * ones something to be unsound about.
 */
export function referenceFetch(auth: Auth): Fetch {
  return async (input, init = {}) => {
    const { signal, headers, body } = init
    return authorized<Response>(auth, {
      url: new URL(String(input)).href,
      signal: signal ?? undefined,
      authorizationSet: new Headers(headers).has('authorization'),
      async send({ url, authorization }) {
        const added = new Headers(headers)
        if (authorization) added.set('authorization', authorization)
        return fetch(url, { ...init, headers: added })
      },
      answer: ({ status, url }) => ({ status, url, replayable: replayable(body) }),
      discard: response => response.body?.cancel(),
    })
  }
}

function replayable(body: unknown): boolean {
  if (body === null || typeof body !== 'object') return true
  return !(body instanceof ReadableStream) && !(Symbol.asyncIterator in body)
}
