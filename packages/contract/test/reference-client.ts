import { type Client, type ClientOptions, fetchClient, fetchTraits } from '../src/index.ts'
import type { Delivered, Sending, Subject } from '../src/subject.ts'
import { type Fetch, referenceFetch } from './reference-fetch.ts'

/** The reference adapter in a client that has everything a client can have, so that no case passes for want of it. */
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
  },
}

class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly response: { readonly status: number }
  constructor(status: number) {
    super(`HTTP ${status}`)
    this.response = { status }
  }
}

function referenceClient(send: Fetch, { baseUrl, retries = 0, user }: ClientOptions): Client {
  const once = fetchClient(send)
  return {
    async send(request) {
      const url = withQuery(baseUrl ? new URL(request.url, baseUrl).href : request.url, request)
      user?.request()
      const answer = await repeated(() => once.send({ ...request, url }), retries)
      user?.answer()
      if (request.strict && answer.status >= 400) throw new HttpError(answer.status)
      return answer
    },
  }
}

async function repeated(send: () => Promise<Delivered>, left: number): Promise<Delivered> {
  try {
    const answer = await send()
    return answer.status === 503 && left > 0 ? repeated(send, left - 1) : answer
  } catch (thrown) {
    // As clients do: what failed on the network is repeated, and nothing else.
    if (thrown instanceof TypeError && left > 0) return repeated(send, left - 1)
    throw thrown
  }
}

function withQuery(url: string, { query }: Sending): string {
  if (query === undefined) return url
  const text = String(new URLSearchParams(query as [string, string][])) // whichever kind it is
  return `${url}${url.includes('?') ? '&' : '?'}${text}`
}
