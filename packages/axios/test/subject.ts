import { createRequire } from 'node:module'
import type { Readable } from 'node:stream'
import type { ClientOptions, Sending, Subject } from '@cloud-partner-auth/contract'
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios'
import { cloudPartnerInterceptor } from '../src/index.ts'

type Plugin = ReturnType<typeof cloudPartnerInterceptor>

export const subject: Subject<Plugin> = {
  name: 'axios',
  adapter: cloudPartnerInterceptor,
  commonjs: createRequire(import.meta.url)('@cloud-partner-auth/axios').cloudPartnerInterceptor,
  create(interceptor, options) {
    const client = axios.create({ ...(options.baseUrl && { baseURL: options.baseUrl }) })
    if (options.user?.installed === 'before') install(options.user, client)
    if (interceptor) client.interceptors.request.use(interceptor)
    if (options.user?.installed === 'after') install(options.user, client)
    if (options.retries) retry(client, options.retries)
    return {
      async send(request) {
        const raw = await client.request<string>({ ...config(request), responseType: 'text' })
        return { status: raw.status, text: raw.data, raw }
      },
      async stream(request) {
        const options = { ...config(request), responseType: 'stream' } as const
        const { status, data } = await client.request<Readable>(options)
        return { status, body: data }
      },
    }
  },
  byHand:
    ({ origin, token, version }) =>
    config => {
      if (new URL(axios.getUri(config)).origin !== origin) return config
      config.params = { 'api-version': version, ...config.params }
      config.headers.set('Authorization', `Bearer ${token}`)
      return config
    },
  traits: {
    throwsOnStatus: true,
    retries: true,
    baseUrl: true,
    seesHops: true,
    resendsTheHop: false,
    queries: ['object', 'URLSearchParams'],
    userCode: { requestsOfAResend: 1, answersOfAResend: 1 },
    streams: 'resent',
    progress: true,
    bodies: {
      JSON: 'resent',
      string: 'resent',
      Buffer: 'resent',
      'typed array': 'resent',
      URLSearchParams: 'resent',
      'FormData with a file': 'resent',
      Blob: 'resent',
      'Node stream': 'once',
      'web stream': 'unsupported',
      'async generator': 'unsupported',
    },
  },
}

function config({ headers, json, body, query, signal, timeout, strict, ...request }: Sending) {
  const { method = 'GET', url, onUpload, onDownload } = request
  return {
    method,
    url,
    params: query,
    data: json ?? body,
    ...(headers && { headers }),
    ...(signal && { signal }),
    ...(timeout !== undefined && { timeout }),
    ...(onUpload && { onUploadProgress: ({ loaded }) => onUpload(loaded) }),
    ...(onDownload && { onDownloadProgress: ({ loaded }) => onDownload(loaded) }),
    ...(!strict && { validateStatus: () => true }),
  } satisfies AxiosRequestConfig
}

function install(user: NonNullable<ClientOptions['user']>, client: AxiosInstance): void {
  client.interceptors.request.use(config => {
    user.request()
    return config
  })
  client.interceptors.response.use(response => {
    user.answer()
    return response
  })
}

/** What retry plugins for axios do: send the config of the answer, or of the error, again. */
function retry(client: AxiosInstance, most: number): void {
  let left = most
  client.interceptors.response.use(
    response =>
      response.status === 503 && left-- > 0 ? client.request(response.config) : response,
    error => (error.config && left-- > 0 ? client.request(error.config) : Promise.reject(error)),
  )
}
