import http from 'node:http'
import { authFor, loopback, tokens } from '@cloud-partner-auth/contract'
import type { AxiosAdapter, InternalAxiosRequestConfig as Config } from 'axios'
import { describe, expect, it } from 'vitest'
import { axiosVersions } from './axios-versions.ts'

type Uri = (config: Config) => string

/** An adapter by `fetch`, and one by Node's http, that send where `uri` says. */
const adapters: Readonly<Record<string, (uri: Uri) => AxiosAdapter>> = {
  fetch: uri => async config => {
    const { authorization = '' } = headersOf(config)
    const { status } = await fetch(uri(config), { headers: { authorization } })
    return { status, data: '', statusText: '', headers: {}, config }
  },
  http: uri => config =>
    new Promise((resolve, reject) => {
      const sent = http.get(
        uri(config),
        { headers: headersOf(config) },
        ({ statusCode: status = 0 }) =>
          resolve({ status, data: '', statusText: '', headers: {}, config }),
      )
      sent.on('error', reject)
    }),
}

function headersOf(config: Config): Record<string, string> {
  return { authorization: String(config.headers.get('authorization')) }
}

describe.each(axiosVersions)('an adapter of the caller in axios $version', used => {
  const { axios, cloudPartnerInterceptor } = used
  const { stringify } = {
    stringify: (params: object) => String(new URLSearchParams({ ...params })),
  }

  async function got(uri: Uri, by: string, params?: object) {
    await using portal = await loopback()
    const adapter = adapters[by]?.(uri)
    const client = axios.create({ baseURL: portal.origin, ...(adapter && { adapter }) })
    client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal])))
    const result = await client.get('/a', params && { params }).catch(error => error)
    return { result, urls: portal.received.map(({ url }) => url) }
  }

  describe.each(Object.keys(adapters))('by %s', by => {
    it.each<[string, Uri]>([
      ['axios.getUri(config)', config => axios.getUri(config)],
      [
        'config.paramsSerializer(config.params)',
        ({ baseURL, url, params, paramsSerializer }) =>
          `${baseURL}${url}?${(paramsSerializer as (params: unknown) => string)(params)}`,
      ],
      [
        'config.paramsSerializer.serialize(config.params)',
        ({ baseURL, url, params, paramsSerializer }) =>
          `${baseURL}${url}?${(paramsSerializer as { serialize(params: unknown): string }).serialize(params)}`,
      ],
    ])('sends the version by %s', async (_how, uri) => {
      for (const params of [undefined, { b: 1 }]) {
        const { result, urls } = await got(uri, by, params)
        expect(result.status).toBe(200)
        expect(urls).toEqual([`/a?${params ? 'b=1&' : ''}api-version=2017-10-31`])
      }
    })

    it.each([
      ['with params', { b: 1 }],
      ['without', undefined],
    ])('is told where it leaves the version out: %s', async (_how, params) => {
      const { result } = await got(
        ({ baseURL, url, params }) => `${baseURL}${url}?${stringify(params)}`,
        by,
        params,
      )
      expect(result).toBeInstanceOf(TypeError)
      expect(result.message).toMatch(/api-version.*axios\.getUri\(config\)/)
    })

    it('adds a version of its own, if it likes', async () => {
      const { result } = await got(({ baseURL, url }) => `${baseURL}${url}?api-version=1`, by)
      expect(result.status).toBe(200)
    })
  })

  it('is not blamed for a redirect to the same path', async () => {
    await using portal = await loopback(({ url }, response) =>
      url === '/a?done' ? response.end() : response.writeHead(302, { location: '/a?done' }).end(),
    )
    const adapter = (config: Config) => axios.getAdapter('http')(config)
    const client = axios.create({ baseURL: portal.origin, adapter })
    client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal])))
    expect((await client.get('/a')).status).toBe(200)
  })

  it('is not blamed for what others send to the same URL meanwhile', async () => {
    await using portal = await loopback()
    const client = axios.create({
      baseURL: portal.origin,
      async adapter(config) {
        await fetch(`${portal.origin}/a`, { headers: { authorization: 'Bearer other' } })
        return { status: 200, data: 'mocked', statusText: '', headers: {}, config }
      },
    })
    client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal])))
    expect((await client.get('/a')).data).toBe('mocked')
  })
})
