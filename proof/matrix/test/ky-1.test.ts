import { adapterContract, fetchTraits } from '@cloud-partner-auth/contract'
import { cloudPartnerFetch } from '@cloud-partner-auth/fetch'
import ky from 'ky-1'

adapterContract({
  name: 'ky 1',
  adapter: cloudPartnerFetch,
  create(fetch, { retries = 0, user }) {
    const client = ky.create({
      retry: { limit: retries, statusCodes: [503], delay: () => 0 },
      ...(fetch && { fetch }),
      ...(user && {
        hooks: {
          beforeRequest: [() => user.request()],
          afterResponse: [() => user.answer()],
        },
      }),
    })
    return {
      async send({ method, url, headers, json, body, query, signal, timeout, strict = false }) {
        const raw = await client(url, {
          ...(method && { method }),
          ...(headers && { headers }),
          ...(json !== undefined && { json }),
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
    ...fetchTraits,
    throwsOnStatus: true,
    retries: true,
    queries: ['object', 'pairs', 'URLSearchParams', 'string'],
    userCode: { requestsOfAResend: 1, answersOfAResend: 1 },
    // ky 1 makes a Request of every body, which shows it as a stream.
    bodies: {
      JSON: 'once',
      string: 'once',
      Buffer: 'once',
      'typed array': 'once',
      URLSearchParams: 'once',
      'FormData with a file': 'once',
      Blob: 'once',
      'Node stream': 'once',
      'web stream': 'once',
      'async generator': 'once',
    },
  },
})
