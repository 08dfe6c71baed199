import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { Sending, Subject } from '@cloud-partner-auth/contract'
import got, { type OptionsInit, type Response } from 'got'
import { cloudPartnerHooks } from '../src/index.ts'

type Plugin = ReturnType<typeof cloudPartnerHooks>

export const subject: Subject<Plugin> = {
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
      async send(request) {
        const { url, onUpload, onDownload } = request
        const sent = client(url, options(request))
        if (onUpload) sent.on('uploadProgress', ({ transferred }) => onUpload(transferred))
        if (onDownload) sent.on('downloadProgress', ({ transferred }) => onDownload(transferred))
        const raw = await sent
        return { status: raw.statusCode, text: raw.body, raw }
      },
      async stream(request) {
        const body = client.stream(request.url, options(request))
        const [{ statusCode }] = (await once(body, 'response')) as [Response]
        return { status: statusCode, body }
      },
    }
  },
  byHand: ({ origin, token, version }) => ({
    hooks: {
      beforeRequest: [
        options => {
          const target = options.url as URL // got parses it before it calls hooks
          if (target.origin !== origin) return
          target.searchParams.set('api-version', version)
          options.headers['authorization'] = `Bearer ${token}`
        },
      ],
    },
  }),
  traits: {
    throwsOnStatus: true,
    retries: true,
    baseUrl: true,
    seesHops: true,
    resendsTheHop: true,
    queries: ['object', 'URLSearchParams', 'string'],
    userCode: { requestsOfAResend: 2, answersOfAResend: 1 },
    streams: 'once',
    progress: true,
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
}

function options({ method, headers, json, body, query, signal, timeout, strict = false }: Sending) {
  return {
    ...(method && { method: method as 'GET' }),
    ...(headers && { headers }),
    ...(json !== undefined && { json }),
    ...(body !== undefined && { body: body as string }),
    ...(query !== undefined && { searchParams: query as URLSearchParams }),
    ...(signal && { signal }),
    ...(timeout !== undefined && { timeout: { request: timeout } }),
    throwHttpErrors: strict,
  }
}
