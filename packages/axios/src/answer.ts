import type { Answer } from '@cloud-partner-auth/core/adapter'
import type { AxiosResponse, InternalAxiosRequestConfig as Config } from 'axios'
import type { Sent } from './send.ts'

/** 401 answers are short; a longer one costs its connection. */
const drained = 64 * 1024

export function answer(config: Config, { response, foreignHop }: Sent): Answer | undefined {
  if (!response) return undefined
  return {
    status: response.status,
    url: foreignHop ?? answeringUrl(response),
    challenge: response.headers?.['www-authenticate'],
    replayable: replayable(config.data),
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

/** http adapter, then xhr. The fetch adapter does not tell: its `request.url` is where the first hop was sent to. */
function answeringUrl({ request }: AxiosResponse): string {
  return request?.res?.responseUrl ?? request?.responseURL ?? ''
}

/** Whether a body, as `transformRequest` left it, is still whole after it was sent. A stream is not. */
function replayable(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data)) return true
  // By tag, since a test environment such as jsdom has classes of its own. The form-data package, a stream, has one too.
  return !('pipe' in data) && inMemory.test(Object.prototype.toString.call(data))
}

const inMemory = /^\[object (ArrayBuffer|URLSearchParams|FormData|Blob|File)]$/
