import { authFor, loopback, tokens } from '@cloud-partner-auth/contract'
import type { AxiosInstance } from 'axios'
import MockAdapter from 'axios-mock-adapter'
import { HttpResponse, http as handle } from 'msw'
import { setupServer } from 'msw/node'
import nock from 'nock'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { axiosVersions } from './axios-versions.ts'

const origin = 'https://cloudpartner.azure.com'
const version = 'api-version=2017-10-31'

afterEach(() => {
  nock.cleanAll()
  nock.restore()
  vi.doUnmock('axios')
})

describe.each(axiosVersions)('with axios $version', used => {
  const { axios, cloudPartnerInterceptor } = used
  const credential = tokens()

  function clientOf(options: object = {}): AxiosInstance {
    const client = axios.create({ baseURL: origin, ...options })
    client.interceptors.request.use(cloudPartnerInterceptor(authFor(credential, [origin])))
    return client
  }

  describe('axios-mock-adapter', () => {
    const mocked = (options: object = {}) => {
      const client = clientOf(options)
      // Its types are of axios's other build.
      return { client, mock: new MockAdapter(client as never, { onNoMatch: 'throwException' }) }
    }

    it.each([
      ['a path', '/api/a', undefined, '/api/a', undefined],
      ['a path with a query', '/api/a?b=1', undefined, '/api/a?b=1', undefined],
      ['a whole URL', `${origin}/api/a`, undefined, '/api/a', undefined],
      [
        'a whole URL that was asked for',
        `${origin}/api/a`,
        undefined,
        `${origin}/api/a`,
        undefined,
      ],
      ['a pattern', /^\/api\/\w$/, undefined, '/api/a', undefined],
      ['a path and params', '/api/a', { params: { top: 5 } }, '/api/a', { params: { top: 5 } }],
      [
        'params that are matched in part',
        '/api/a',
        { params: { asymmetricMatch: ({ top }: { top: number }) => top === 5 } },
        '/api/a',
        { params: { top: 5, skip: 1 } },
      ],
      [
        'params and a serializer of the caller',
        '/api/a',
        { params: { top: 5 } },
        '/api/a',
        { params: { top: 5 }, paramsSerializer: () => 'other=1' },
      ],
    ])('finds a handler as it does without: by %s', async (_how, url, handler, asked, options) => {
      const { client, mock } = mocked()
      mock.onGet(url as string, handler).reply(200, 'mocked')
      expect((await client.get(asked, options)).data).toBe('mocked')
    })

    it('finds none where it finds none without', async () => {
      const { client, mock } = mocked()
      mock.onGet('/api/a', { params: { top: 6 } }).reply(200)
      await expect(client.get('/api/a', { params: { top: 5 } })).rejects.toThrow(/mock|matching/i)
    })

    it("hands the token to a handler, and keeps a history of the caller's own configs without it", async () => {
      const { client, mock } = mocked()
      let token: unknown
      mock.onPost('/api/a').reply(({ headers }) => {
        token = headers?.['Authorization']
        return [201]
      })
      await client.post('/api/a', { b: 1 })
      expect(token).toBe(`Bearer ${credential.newest()}`)
      const [sent] = mock.history['post'] ?? []
      expect(sent).toMatchObject({ url: '/api/a', baseURL: origin, data: '{"b":1}' })
      expect(sent?.params).toBeUndefined()
      expect(sent?.paramsSerializer).toBeUndefined()
      expect(JSON.stringify(mock.history)).not.toContain('canary')
    })

    it('sends what it passes through with the version', async () => {
      await using portal = await loopback()
      const client = axios.create({ baseURL: portal.origin })
      const auth = authFor(credential, [portal])
      client.interceptors.request.use(cloudPartnerInterceptor(auth))
      new MockAdapter(client as never, { onNoMatch: 'passthrough' })
      expect((await client.get('/api/a', { params: { top: 5 } })).data).toEqual({ ok: true })
      expect(portal.received.map(({ url }) => url)).toEqual([`/api/a?top=5&${version}`])
    })

    it('answers a refusal first, and then the renewed request', async () => {
      const { client, mock } = mocked()
      mock.onGet('/api/a').replyOnce(401).onGet('/api/a').replyOnce(200, 'renewed')
      expect((await client.get('/api/a')).data).toBe('renewed')
    })
  })

  it('nock answers, by the path with the version', async () => {
    if (!nock.isActive()) nock.activate()
    nock(origin, { reqheaders: { authorization: /^Bearer canary-/ } })
      .get('/api/a')
      .query({ top: 5, 'api-version': '2017-10-31' })
      .reply(200, 'mocked')
    expect((await clientOf().get('/api/a', { params: { top: 5 } })).data).toBe('mocked')
  })

  it.each(used.version === '1.5.0' ? ['http'] : ['http', 'fetch'])(
    'MSW answers the %s adapter, by a path without the version',
    async adapter => {
      const asked: string[] = []
      const server = setupServer(
        handle.post(`${origin}/api/a`, async ({ request }) => {
          asked.push(new URL(request.url).search, request.headers.get('authorization') ?? '')
          return HttpResponse.text(await request.text())
        }),
      )
      server.listen()
      try {
        const client = clientOf({ adapter })
        expect((await client.post('/api/a', 'body')).data).toBe('body')
        expect(asked).toEqual([`?${version}`, `Bearer ${credential.newest()}`])
      } finally {
        server.close()
      }
    },
  )
})

it('axios mocked by hand is enough to load the package', async () => {
  vi.resetModules()
  const get = vi.fn(async () => ({ data: 'mocked' }))
  vi.doMock('axios', () => ({ default: { create: () => ({ get, interceptors }) } }))
  const interceptors = { request: { use: vi.fn() } }
  const { cloudPartnerInterceptor } = await import('../src/index.ts')
  const { default: axios } = await import('axios')
  const client = axios.create()
  client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [origin])))
  expect(await client.get('/api/a')).toEqual({ data: 'mocked' })
})
