import type { Answer } from '@cloud-partner-auth/core/adapter'

const worthReading = 64 * 1024

/** Its parts are looked at where a request was refused only: to fetch, each of them is work. */
export function answer(response: Response, replayable: () => boolean): Answer {
  return {
    status: response.status,
    get url() {
      return response.url
    },
    get challenge() {
      return response.headers.get('www-authenticate') ?? undefined
    },
    get replayable() {
      return replayable()
    },
  }
}

/**
 * Frees the connection of an answer that nobody will read. A short rest is read, which keeps the connection for the next
 * request. Any other is given up, which closes the connection, and without waiting: a server may take its time to end it.
 */
export function discard(response: Response): void {
  const length = response.headers.get('content-length')
  if (length !== null && Number(length) <= worthReading) {
    response.arrayBuffer().catch(() => {}) // nobody wants it, and a slow one must not hold up the resend
  } else {
    response.body?.cancel().catch(() => {}) // it has failed already, and holds no connection
  }
}
