import type { Answer } from '@cloud-partner-auth/core/adapter'

const worthReading = 64 * 1024

/**
 * Its parts are looked at where a request was refused only: to fetch, each of them is work. A class, since an object with
 * getters of its own takes six times as long to make, and there is one for each answer.
 */
export class FetchAnswer implements Answer {
  readonly #response: Response
  readonly #replayable: () => boolean

  constructor(response: Response, replayable: () => boolean) {
    this.#response = response
    this.#replayable = replayable
  }

  get status(): number {
    return this.#response.status
  }

  get url(): string {
    return this.#response.url
  }

  get redirected(): boolean {
    return this.#response.redirected
  }

  get challenge(): string | undefined {
    return this.#response.headers.get('www-authenticate') ?? undefined
  }

  get replayable(): boolean {
    return this.#replayable()
  }

  get delivered(): Response {
    return this.#response
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
