import { authFor, loopback, tokens } from '@cloud-partner-auth/contract'
import type { AxiosRequestConfig, InternalAxiosRequestConfig as Config } from 'axios'
import { describe, expect, it } from 'vitest'
import { axiosVersions } from './axios-versions.ts'

const version = 'api-version=2017-10-31'

const shapes: readonly (readonly [string, string, AxiosRequestConfig])[] = [
  ['params with characters that a URL would encode', '/a', { params: { $filter: "name eq 'x'" } }],
  ['params behind a query', '/a?own=%20+', { params: { b: 'c d' } }],
  ['params behind a fragment', '/a#fragment', { params: { b: 1 } }],
  ['params that are all undefined', '/a?own=1', { params: { b: undefined } }],
  ['params of every kind', '/a', { params: { list: [1, 2], date: new Date(0), deep: { c: 'ü' } } }],
  ['params as URLSearchParams', '/a', { params: new URLSearchParams("a=b c&a='") }],
  ['a serializer', '/a?own=1', { params: { a: 1 }, paramsSerializer: () => "x='y+z&~" }],
  [
    'a serializer with options',
    '/a',
    { params: { list: [1, 2] }, paramsSerializer: { indexes: null } },
  ],
  ['a serializer that gives nothing', '/a', { params: { a: 1 }, paramsSerializer: () => '' }],
  ['a quote in the URL itself', "/a?b='c'", {}],
  ['an empty URL', '', {}],
  ['a query that ends with &', '/a?b&', {}],
  ['a query that ends with & and params', '/a?b&', { params: { c: 1 } }],
  ['a bare ?', '/a?', {}],
  ['a bare ? and a fragment', '/a?#fragment', {}],
  ['a fragment alone', '/a#fragment?b=1', {}],
  ['white space behind it', '/a?b=1 ', {}],
  ['characters that no URL holds', '/ü ß?字=|', { params: { c: 'ü' } }],
  ['a bare ? and params', '/a?', { params: { c: 1 } }],
]

describe.each(axiosVersions)('the URL in axios $version', used => {
  const { version: axiosVersion, axios, cloudPartnerInterceptor } = used
  const adapters = {
    http: 'http',
    ...(axiosVersion !== '1.5.0' && { fetch: 'fetch' }),
    "of the caller's own": (config: Config) => axios.getAdapter('http')(config),
  } as const

  describe.each(Object.entries(adapters))('by an adapter: %s', (_name, adapter) => {
    it.each(shapes)('is the one axios sends, and the version: %s', async (_what, url, options) => {
      await using portal = await loopback()
      const client = axios.create({ baseURL: `${portal.origin}/base/`, adapter })
      await client.get(url, options)
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal])))
      await client.get(url, options)
      const [bare = '', ours] = portal.received.map(request => request.url)
      const separator = !bare.includes('?') ? '?' : /[?&]$/.test(bare) ? '' : '&'
      expect(ours).toBe(bare + separator + version)
    })
  })

  it.each(shapes)('comes to an adapter as it was written: %s', async (_what, url, options) => {
    const seen: unknown[] = []
    const client = axios.create({
      baseURL: 'http://127.0.0.1:1/base/',
      async adapter(config) {
        const { url, baseURL, params } = config
        seen.push({ url, baseURL, params })
        return { data: '', status: 200, statusText: 'OK', headers: {}, config }
      },
    })
    await client.get(url, options)
    client.interceptors.request.use(
      cloudPartnerInterceptor(authFor(tokens(), ['http://127.0.0.1:1'])),
    )
    await client.get(url, options)
    const [bare, ours] = seen as { url: string; params?: unknown }[]
    // Axios would join these with an "&" too many; white space it does not trim.
    const whole = /[?&](#.*)?$| $/.test(url) && !options.params
    if (whole) expect(ours?.url).toContain(version)
    else expect(ours).toEqual({ ...bare, params: bare?.params ?? {} })
  })

  it('is not touched where params have a version already', async () => {
    await using portal = await loopback((_request, response) => response.end())
    const client = axios.create({ baseURL: portal.origin })
    client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal.origin])))
    await client.get('/api/a', { params: { 'API-Version': "it's" } })
    expect(portal.received[0]?.url).toBe("/api/a?API-Version=it's")
  })

  it('takes nothing from the defaults of the global axios', async () => {
    await using portal = await loopback((_request, response) => response.end())
    await using other = await loopback((_request, response) => response.end())
    axios.defaults.baseURL = other.origin
    axios.defaults.params = { global: 1 }
    try {
      const auth = authFor(tokens(), [portal.origin])
      const client = new axios.Axios({})
      client.interceptors.request.use(cloudPartnerInterceptor(auth))
      await client.get(`${portal.origin}/a`)
    } finally {
      delete axios.defaults.baseURL
      delete axios.defaults.params
    }
    expect(portal.received[0]?.url).toBe(`/a?${version}`)
  })

  it.each([
    ['something', 'a=1', '&'],
    ['nothing', '', ''],
  ])('runs a serializer of the caller once, sent again or not: %s', async (_what, query, and) => {
    let runs = 0
    const statuses = [401, 200]
    await using portal = await loopback((_request, response) =>
      response.writeHead(statuses.shift() ?? 500).end(),
    )
    const client = axios.create({ baseURL: portal.origin })
    client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal.origin])))
    const serialize = () => {
      runs++
      return query
    }
    await client.get('/a', { params: { b: 2 }, paramsSerializer: serialize })
    const sent = `/a?${query}${and}${version}`
    expect(portal.received.map(({ url }) => url)).toEqual([sent, sent])
    expect(runs).toBe(1)
  })

  it('runs a serializer of the caller once for a URL that is not covered', async () => {
    let runs = 0
    await using foreign = await loopback()
    const client = axios.create()
    client.interceptors.request.use(
      cloudPartnerInterceptor(authFor(tokens(), ['http://127.0.0.1:1'])),
    )
    const paramsSerializer = () => `run=${++runs}`
    await client.get(`${foreign.origin}/a`, { params: { b: 2 }, paramsSerializer })
    expect(foreign.received.map(({ url }) => url)).toEqual(['/a?run=1'])
  })

  it('is the one that was judged, though the config is changed while the token is waited for', async () => {
    await using portal = await loopback()
    await using foreign = await loopback()
    let config: Config | undefined
    const credential = tokens(async () => {
      if (config) Object.assign(config, { url: `${foreign.origin}/b`, baseURL: foreign.origin })
    })
    const client = axios.create({ baseURL: portal.origin })
    client.interceptors.request.use(given => {
      config = given
      return given
    })
    client.interceptors.request.use(cloudPartnerInterceptor(authFor(credential, [portal])))
    await client.get('/a')
    expect([portal.authorizations(), foreign.received]).toEqual([['Bearer canary-1'], []])
  })

  it('goes with no token to another origin than the base', async () => {
    const credential = tokens()
    await using portal = await loopback((_request, response) => response.end())
    await using foreign = await loopback((_request, response) => response.end())
    const client = axios.create({ baseURL: portal.origin })
    client.interceptors.request.use(cloudPartnerInterceptor(authFor(credential, [portal.origin])))
    await client.get(`${foreign.origin}/a`)
    expect(foreign.received.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/a', undefined],
    ])
    expect(credential.issued).toEqual([])
  })

  it('sends the very config of a request that is not covered', async () => {
    const seen: unknown[] = []
    const client = axios.create({
      async adapter(config) {
        seen.push(config)
        return { data: '', status: 200, statusText: 'OK', headers: {}, config }
      },
    })
    client.interceptors.request.use(
      cloudPartnerInterceptor(authFor(tokens(), ['http://127.0.0.1:1'])),
    )
    const { config } = await client.get('relative', { params: { a: 1 } })
    expect(seen).toEqual([config])
    expect(seen[0]).toBe(config)
  })

  it.each([
    ['no URL at all', {}],
    ['a relative one', { url: '/a' }],
    ['one without a scheme', { url: '//127.0.0.1:1/a' }],
    [
      'a serializer that throws',
      { url: 'http://127.0.0.1:1', params: {}, paramsSerializer: thrower },
    ],
  ])('is complained about as axios does: %s', async (_what, request) => {
    const client = axios.create({ adapter: 'http' })
    const bare = await client.request(request).catch(error => error)
    client.interceptors.request.use(
      cloudPartnerInterceptor(authFor(tokens(), ['http://127.0.0.1:1'])),
    )
    const ours = await client.request(request).catch(error => error)
    expect([ours.name, ours.code, ours.message]).toEqual([bare.name, bare.code, bare.message])
  })
})

function thrower(): string {
  throw new Error('not serializable')
}
