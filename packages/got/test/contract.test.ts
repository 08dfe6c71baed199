import { createRequire } from 'node:module'
import { adapterContract } from '@cloud-partner-auth/contract'
import got, { type OptionsInit } from 'got'
import { cloudPartnerHooks } from '../src/index.ts'

adapterContract({
  name: 'got',
  adapter: cloudPartnerHooks,
  commonjs: createRequire(import.meta.url)('@cloud-partner-auth/got').cloudPartnerHooks,
  create(hooks, { baseUrl, retries = 0, user }) {
    const userHooks: OptionsInit | undefined = user && {
      hooks: {
        beforeRequest: [() => void user.request()],
        afterResponse: [
          response => {
            user.answer()
            return response
          },
        ],
      },
    }
    let client = got.extend({
      ...(baseUrl && { prefixUrl: baseUrl }),
      retry: {
        limit: retries,
        statusCodes: [503],
        calculateDelay: ({ computedValue }) => Math.min(computedValue, 1),
      },
    })
    if (user?.installed === 'before') client = client.extend({ ...userHooks })
    if (hooks) client = client.extend(hooks)
    if (user?.installed === 'after') client = client.extend({ ...userHooks })
    return {
      async send({ method, url, headers, json, body, query, signal, timeout, strict = false }) {
        const raw = await client(url, {
          ...(method && { method: method as 'GET' }),
          ...(headers && { headers }),
          ...(json !== undefined && { json }),
          ...(body !== undefined && { body: body as string }),
          ...(query !== undefined && { searchParams: query as URLSearchParams }),
          ...(signal && { signal }),
          ...(timeout !== undefined && { timeout: { request: timeout } }),
          throwHttpErrors: strict,
        })
        return { status: raw.statusCode, text: raw.body, raw }
      },
    }
  },
  traits: {
    throwsOnStatus: true,
    retries: true,
    baseUrl: true,
    seesHops: true,
    resendsTheHop: true,
    queries: ['object', 'URLSearchParams', 'string'],
    userCode: { requestsOfAResend: 2, answersOfAResend: 1 },
    bodies: {
      JSON: 'resent',
      string: 'resent',
      Buffer: 'resent',
      'typed array': 'resent',
      URLSearchParams: 'unsupported',
      'FormData with a file': 'once',
      Blob: 'unsupported',
      'Node stream': 'once',
      'web stream': 'once',
      'async generator': 'once',
    },
  },
})
