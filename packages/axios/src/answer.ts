import type { ClientRequest } from 'node:http'
import type { Answer } from '@cloud-partner-auth/core/adapter'
import type { InternalAxiosRequestConfig as Config } from 'axios'
import type { Sent } from './send.ts'

/** 401 answers are short; a longer one costs its connection. */
const drained = 64 * 1024

export function answer(config: Config, sent: Sent): Answer | undefined {
  const { response } = sent
  if (!response) return undefined
  return {
    status: response.status,
    url: answeringUrl(config, sent),
    challenge: response.headers?.['www-authenticate'],
    replayable: replayable(config.data),
    delivered: response,
  }
}

/** Axios has read every answer whole but a stream. Read behind the resend's back: a slow one must not hold it up. */
export function discard({ response }: Sent): void {
  const body = response?.data
  if (typeof body?.[Symbol.asyncIterator] === 'function') drain(body).catch(() => {}) // nobody wants it anyway
}

async function drain(body: AsyncIterable<Uint8Array>): Promise<void> {
  let size = 0
  // Leaving the loop destroys a Node stream and cancels a web stream.
  for await (const chunk of body) {
    size += chunk.length
    if (size > drained) return
  }
}

/** The URL of the hop that answered; empty where a redirect can have happened that nobody tells of. */
function answeringUrl(config: Config, { response, to, foreignHop, fetched }: Sent): string {
  if (foreignHop || !to) return foreignHop ?? ''
  const { url, configUrl } = to
  const { res, responseURL, path, method, redirect, sentHeaders } = response?.request ?? {}
  // Of fetch, of the http adapter by follow-redirects, of xhr, and of the http adapter by Node's own request.
  const told =
    fetched?.url || (res?.responseUrl ?? responseURL ?? (path && lastHop(url, response?.request)))
  if (told) {
    if (told === configUrl) return url // as mocks tell it
    // A POST that was redirected to where it came from, and is a GET now, has been acted on.
    const moved = fetched?.redirected ?? (method && method !== config.method?.toUpperCase())
    return moved && URL.parse(told)?.href === new URL(url).href ? '' : told
  }
  if (redirect) return redirect === 'follow' ? '' : url // of the Request of the fetch adapter
  return sentHeaders || config.maxRedirects === 0 ? url : '' // axios follows no redirect over HTTP/2
}

/** Where Node's own request went: the last one, if a transport of the caller's own follows redirects. */
function lastHop(url: string, { protocol, host, path }: ClientRequest): string {
  const { origin } = Object.assign(new URL(url), { protocol, hostname: host })
  return origin + path
}

/** Whether a body, as `transformRequest` left it, is still whole after it was sent. A stream is not. */
function replayable(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data)) return true
  // By tag, since a test environment such as jsdom has classes of its own. The form-data package, a stream, has one too.
  return !('pipe' in data) && inMemory.test(Object.prototype.toString.call(data))
}

const inMemory = /^\[object (ArrayBuffer|URLSearchParams|FormData|Blob|File)]$/
