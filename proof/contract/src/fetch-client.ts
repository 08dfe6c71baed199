import type { Client, Sending, Traits } from './subject.ts'

/** A client over any function with the type of `fetch`. */
export function fetchClient(send: typeof globalThis.fetch): Client {
  return {
    async send(request) {
      const raw = await send(request.url, init(request))
      return { status: raw.status, text: await raw.text(), raw }
    },
    async stream(request) {
      const { status, body } = await send(request.url, init(request))
      if (!body) throw new TypeError('an answer without a body is no stream')
      return { status, body }
    },
  }
}

/** The traits of `fetch` itself. */
export const fetchTraits: Traits = {
  throwsOnStatus: false,
  retries: false,
  baseUrl: false,
  seesHops: false,
  keepsTokenInOrigin: true,
  resendsTheHop: false,
  queries: [],
  bodies: {
    JSON: 'resent',
    string: 'resent',
    Buffer: 'resent',
    'typed array': 'resent',
    URLSearchParams: 'resent',
    'FormData with a file': 'resent',
    Blob: 'resent',
    'Node stream': 'once',
    'web stream': 'once',
    'async generator': 'once',
  },
}

function init({ method, headers, json, body, signal, timeout }: Sending): RequestInit {
  const signals = [signal, timeout === undefined ? undefined : AbortSignal.timeout(timeout)]
  const [first, ...more] = signals.filter(signal => signal !== undefined)
  return {
    ...(method && { method }),
    headers: { ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    // Node's fetch takes streams and generators, which its types leave out.
    ...(body !== undefined && { body: body as RequestInit['body'], duplex: 'half' }),
    ...(first && { signal: more.length > 0 ? AbortSignal.any([first, ...more]) : first }),
  } as RequestInit
}
