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
    redirected: redirected(config, sent),
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
  const { res, responseURL, path, redirect, sentHeaders } = response?.request ?? {}
  // Of fetch, of the http adapter by follow-redirects, of xhr, and of the http adapter by Node's own request.
  const told =
    fetched?.url || (res?.responseUrl ?? responseURL ?? (path && lastHop(url, response?.request)))
  if (told) return told === configUrl ? url : told // as mocks tell it
  if (redirect) return redirect === 'follow' ? '' : url // of the Request of the fetch adapter
  return sentHeaders || config.maxRedirects === 0 ? url : '' // axios follows no redirect over HTTP/2
}

/** A transport of the caller's own, which follows redirects, is known by what it has made of a POST. */
function redirected({ method }: Config, { response, redirected, fetched }: Sent): boolean {
  const { method: last } = response?.request ?? {}
  return fetched?.redirected ?? (redirected || (last && last !== method?.toUpperCase()))
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
