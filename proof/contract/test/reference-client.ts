import { type Client, type ClientOptions, fetchClient, fetchTraits } from '../src/index.ts'
import type { Delivered, Sending, Subject } from '../src/subject.ts'
import { type Fetch, referenceFetch } from './reference-fetch.ts'

/** The reference adapter in a client with every feature that a case asks about, so that no case is skipped. */
export const reference: Subject<Fetch> = {
  name: 'reference',
  adapter: referenceFetch,
  commonjs: referenceFetch,
  create: (send, options) => referenceClient(send ?? fetch, options),
  traits: {
    ...fetchTraits,
    throwsOnStatus: true,
    retries: true,
    baseUrl: true,
    queries: ['object', 'pairs', 'URLSearchParams', 'string'],
    userCode: { requestsOfAResend: 1, answersOfAResend: 1 },
    streams: 'resent',
    progress: true,
  },
}

class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly response: unknown
  constructor({ status, raw }: Delivered) {
    super(`HTTP ${status}`)
    this.response = raw
  }
}

function referenceClient(send: Fetch, { baseUrl, retries = 0, user }: ClientOptions): Client {
  const once = fetchClient(send)
  return {
    ...once,
    async send(given) {
      const request = counting(given)
      const url = withQuery(baseUrl ? new URL(request.url, baseUrl).href : request.url, request)
      user?.request()
      const client = given.onDownload ? fetchClient(telling(send, given.onDownload)) : once
      const answer = await repeated(() => client.send({ ...request, url }), retries)
      user?.answer()
      if (request.strict && answer.status >= 400) throw new HttpError(answer)
      return answer
    },
  }
}

async function repeated(send: () => Promise<Delivered>, left: number): Promise<Delivered> {
  try {
    const answer = await send()
    return answer.status === 503 && left > 0 ? repeated(send, left - 1) : answer
  } catch (thrown) {
    // Only failures of the network are repeated, as clients do.
    if (thrown instanceof TypeError && left > 0) return repeated(send, left - 1)
    throw thrown
  }
}

/** `request` with a body that reports how much of it was read. */
function counting(request: Sending): Sending {
  const { body, onUpload } = request
  if (!onUpload) return request
  const [given, tell] = [body as string, onUpload] // a request that is to tell of its upload has one
  return { ...request, body: counted(new Response(given).body, tell) }
}

/** `send` with answers that report how much of them was read. */
function telling(send: Fetch, tell: (bytes: number) => void): Fetch {
  return async (input, init) => {
    const answer = await send(input, init)
    return new Response(counted(answer.body, tell), answer)
  }
}

function counted(
  stream: ReadableStream<Uint8Array> | null,
  tell: (bytes: number) => void,
): ReadableStream<Uint8Array> | null {
  let bytes = 0
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length
      tell(bytes)
      controller.enqueue(chunk)
    },
  })
  return stream?.pipeThrough(counter as ReadableWritablePair<Uint8Array>) ?? null
}

function withQuery(url: string, { query }: Sending): string {
  if (query === undefined) return url
  const text = String(new URLSearchParams(query as [string, string][])) // whichever kind it is
  return `${url}${url.includes('?') ? '&' : '?'}${text}`
}
