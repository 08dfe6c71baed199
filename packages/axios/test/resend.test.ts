import http from 'node:http'
import { authFor, loopback, taking, tokens } from '@cloud-partner-auth/contract'
import type { AxiosStatic, InternalAxiosRequestConfig as Config } from 'axios'
import MockAdapter from 'axios-mock-adapter'
import { describe, expect, it } from 'vitest'
import { axiosVersions } from './axios-versions.ts'

interface Way {
  /** The first axios that has it. */
  readonly since?: number
  readonly options: (axios: AxiosStatic) => object
}

const plain: Way = { options: () => ({}) }
const native: Way = { options: () => ({ maxRedirects: 0 }) }
const byTransport: Way = { options: () => ({ transport: http }) }
const fetchAdapter: Way = { since: 12, options: () => ({ adapter: 'fetch' }) }
const wrapped: Way = {
  options: axios => ({ adapter: (config: Config) => axios.getAdapter('http')(config) }),
}

/** A `transport` that follows redirects by itself, as axios does not know. */
const following = {
  request(options: http.RequestOptions, callback: (response: http.IncomingMessage) => void) {
    return http.request(options, response => {
      const { location } = response.headers
      if (location === undefined) return callback(response)
      const url = new URL(location, `http://${options.hostname}:${options.port}`)
      const { Authorization } = options.headers as http.OutgoingHttpHeaders
      http.get(url, { headers: { Authorization } }, callback)
    })
  },
}

/** An adapter of the caller's own that says nothing of its requests. */
async function silent(config: Config) {
  const { getUri } = (await import('axios')).default
  const response = await fetch(getUri(config), {
    method: config.method?.toUpperCase() ?? 'GET',
    headers: { authorization: String(config.headers.get('authorization')) },
    body: config.data,
  })
  return {
    status: response.status,
    data: await response.text(),
    statusText: '',
    headers: {},
    config,
  }
}

describe.each(axiosVersions)('a refused POST in axios $version', used => {
  const { version, axios, cloudPartnerInterceptor } = used
  const has = ([, { since = 0 }]: readonly [string, Way]) => Number(version.split('.')[1]) >= since

  async function posted(
    way: Way,
    server: (credential: ReturnType<typeof tokens>) => http.RequestListener,
  ) {
    const credential = tokens()
    await using portal = await loopback(server(credential))
    const { origin } = portal
    const client = axios.create({
      baseURL: origin,
      validateStatus: () => true,
      ...way.options(axios),
    })
    client.interceptors.request.use(cloudPartnerInterceptor(authFor(credential, [origin])))
    await client.get('/first')
    credential.revoke()
    const { status } = await client.post('/a', 'body')
    await client.get('/last')
    const posts = portal.received.filter(({ method }) => method === 'POST')
    return { status, posts: posts.map(({ url, body }) => `${url.split('?')[0]} ${body}`) }
  }

  it.each(
    [
      ['as axios sends it', plain],
      ['maxRedirects: 0', native],
      ['a transport', byTransport],
      ['a transport that follows redirects', { options: () => ({ transport: following }) }],
      ['an adapter around the http adapter', wrapped],
      [
        'an adapter around it, maxRedirects: 0',
        { options: (axios: AxiosStatic) => ({ ...wrapped.options(axios), maxRedirects: 0 }) },
      ],
      ['the fetch adapter', fetchAdapter],
      [
        'the fetch adapter with a fetch of its own',
        {
          since: 12,
          options: () => ({
            adapter: 'fetch',
            env: { fetch: (...args: Parameters<typeof fetch>) => fetch(...args) },
          }),
        },
      ],
      [
        'the fetch adapter, redirect: manual',
        { since: 7, options: () => ({ adapter: 'fetch', fetchOptions: { redirect: 'manual' } }) },
      ],
      [
        'the fetch adapter, redirect: error',
        { since: 7, options: () => ({ adapter: 'fetch', fetchOptions: { redirect: 'error' } }) },
      ],
      [
        'the fetch adapter, maxRedirects: 0',
        { since: 12, options: () => ({ adapter: 'fetch', maxRedirects: 0 }) },
      ],
      [
        'an adapter that says nothing, maxRedirects: 0',
        { options: () => ({ adapter: silent, maxRedirects: 0 }) },
      ],
    ].filter(has as never) as [string, Way][],
  )('is sent again: %s', async (_name, way) => {
    const { status, posts } = await posted(way, taking)
    expect([status, posts]).toEqual([200, ['/a body', '/a body']])
  })

  it.each(
    [
      ['as axios sends it', plain, 303, '/b'],
      ['as axios sends it, 307', plain, 307, '/b'],
      ['as axios sends it, to where it came from', plain, 303, '/a'],
      [
        'a transport that follows redirects',
        { options: () => ({ transport: following }) },
        303,
        '/b',
      ],
      [
        'a transport that follows it to where it came from',
        { options: () => ({ transport: following }) },
        303,
        '/a',
      ],
      ['an adapter around the http adapter', wrapped, 303, '/b'],
      ['the fetch adapter', { ...fetchAdapter, since: 7 }, 303, '/b'],
      ['the fetch adapter, to where it came from', { ...fetchAdapter, since: 7 }, 303, '/a'],
      ['an adapter that says nothing', { options: () => ({ adapter: silent }) }, 303, '/b'],
    ].filter(has as never) as [string, Way, number, string][],
  )('is not sent again where it was redirected before: %s', async (_name, way, code, location) => {
    const { status, posts } = await posted(way, credential => (request, response) => {
      const old = request.headers.authorization !== `Bearer ${credential.newest()}`
      const acted = request.method === 'POST' && request.url?.startsWith('/a')
      if (acted) response.writeHead(code, { location: `${location}?api-version=2017-10-31` }).end()
      else response.writeHead(old ? 401 : 200).end()
    })
    expect(status).toBe(401)
    expect(posts.filter(post => post === '/a body')).toHaveLength(1)
  })

  it('is not sent again where the adapter follows redirects and says nothing of it', async () => {
    const { status, posts } = await posted({ options: () => ({ adapter: silent }) }, taking)
    expect([status, posts]).toEqual([401, ['/a body']])
  })

  it("is sent again by axios-mock-adapter, which gives back the caller's own URL", async () => {
    const credential = tokens()
    const client = axios.create({ baseURL: 'https://cloudpartner.azure.com' })
    const mock = new MockAdapter(client as never) // its types are of axios's other build
    mock.onPost('/a').replyOnce(401).onPost('/a').replyOnce(200)
    client.interceptors.request.use(
      cloudPartnerInterceptor(authFor(credential, ['https://cloudpartner.azure.com'])),
    )
    expect((await client.post('/a', 'body')).status).toBe(200)
    expect(credential.issued).toHaveLength(2)
  })
})
