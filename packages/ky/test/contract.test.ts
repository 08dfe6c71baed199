import { adapterContract } from '@cloud-partner-auth/contract'
import ky from 'ky'
import { cloudPartnerHooks } from '../src/index.ts'

adapterContract({
  name: 'ky',
  adapter: cloudPartnerHooks,
  create(hooks, { baseUrl, retries = 0, user }) {
    const userHooks = user && {
      hooks: {
        beforeRequest: [() => void user.request()],
        afterResponse: [() => void user.answer()],
      },
    }
    let client = ky.create({
      ...(baseUrl && { baseUrl }),
      retry: { limit: retries, statusCodes: [503], delay: () => 0 },
    })
    if (user?.installed === 'before') client = client.extend({ ...userHooks })
    if (hooks) client = client.extend(hooks)
    if (user?.installed === 'after') client = client.extend({ ...userHooks })
    return {
      async send({ method, url, headers, json, body, query, signal, timeout, strict = false }) {
        const raw = await client(url, {
          ...(method && { method }),
          ...(headers && { headers }),
          ...(json !== undefined && { json }),
          // Node's fetch takes streams and generators, which its types leave out.
          ...(body !== undefined && { body: body as ReadableStream }),
          ...(query !== undefined && { searchParams: query as URLSearchParams }),
          ...(signal && { signal }),
          timeout: timeout ?? false,
          throwHttpErrors: strict,
        })
        return { status: raw.status, text: await raw.text(), raw }
      },
    }
  },
  traits: {
    throwsOnStatus: true,
    retries: true,
    baseUrl: true,
    seesHops: false,
    resendsTheHop: false,
    queries: ['object', 'pairs', 'URLSearchParams', 'string'],
    userCode: { requestsOfAResend: 1, answersOfAResend: 1 },
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
  },
})
