import type { Sending, Subject } from '@cloud-partner-auth/contract'
import ky, { type Options } from 'ky'
import { cloudPartnerHooks } from '../src/index.ts'

export const subject: Subject<Pick<Options, 'hooks'>> = {
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
      async send(request) {
        const raw = await client(request.url, optionsOf(request))
        return { status: raw.status, text: await raw.text(), raw }
      },
      async stream(request) {
        const { status, body } = await client(request.url, optionsOf(request))
        if (!body) throw new TypeError('an answer without a body is no stream')
        return { status, body }
      },
    }
  },
  byHand: ({ origin, token, version }) => ({
    hooks: {
      beforeRequest: [
        ({ request }) => {
          const target = new URL(request.url)
          if (target.origin !== origin) return
          target.searchParams.set('api-version', version)
          const versioned = new Request(target, request)
          versioned.headers.set('authorization', `Bearer ${token}`)
          return versioned
        },
      ],
    },
  }),
  traits: {
    throwsOnStatus: true,
    retries: true,
    baseUrl: true,
    seesHops: false,
    keepsTokenInOrigin: true,
    resendsTheHop: false,
    queries: ['object', 'pairs', 'URLSearchParams', 'string'],
    userCode: { requestsOfAResend: 1, answersOfAResend: 1 },
    streams: 'resent',
    progress: true,
    copies: 3, // it sends a Request of its own in place of ky's, and undici copies the bytes for each
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
}

function optionsOf({ headers, json, body, query, signal, timeout, ...request }: Sending): Options {
  const { method, strict = false, onUpload, onDownload } = request
  return {
    ...(method && { method }),
    ...(headers && { headers }),
    ...(json !== undefined && { json }),
    // Node's fetch takes streams and generators, which its types leave out.
    ...(body !== undefined && { body: body as ReadableStream }),
    ...(query !== undefined && { searchParams: query as URLSearchParams }),
    ...(signal && { signal }),
    ...(onUpload && { onUploadProgress: told => onUpload(told.transferredBytes) }),
    ...(onDownload && { onDownloadProgress: told => onDownload(told.transferredBytes) }),
    timeout: timeout ?? false,
    throwHttpErrors: strict,
  }
}
