import { createRequire } from 'node:module'
import { authFor, loopback, taking, tokens } from '@cloud-partner-auth/contract'
import { isCloudPartnerAuthError } from '@cloud-partner-auth/core'
import { startEmulator } from '@cloud-partner-auth/emulator'
import axiosRetry from 'axios-retry'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as esm from '../src/index.ts'
import { axiosVersions } from './axios-versions.ts'

const cjs = createRequire(import.meta.url)('@cloud-partner-auth/axios') as typeof esm

afterEach(() => {
  vi.unstubAllEnvs()
})

describe.each(axiosVersions)(
  'the interceptor in axios $version',
  ({ axios, cloudPartnerInterceptor }) => {
    it('gives a request its token and its version, for a client of the emulator', async () => {
      await using portal = await startEmulator()
      for (const [name, value] of Object.entries(portal.env)) vi.stubEnv(name, value)
      const client = axios.create({ baseURL: portal.origin })
      client.interceptors.request.use(cloudPartnerInterceptor(esm.cloudPartnerAuth()))
      expect((await client.get('/api/offerTypes')).status).toBe(200)
      portal.revokeTokens()
      expect((await client.get('/api/publishers')).status).toBe(200)
      expect(portal.tokenRequests).toHaveLength(2)
    })

    it('takes a function that picks an auth for each request, or none', async () => {
      await using portal = await loopback()
      const auths = new Map(['a', 'b'].map(account => [account, authFor(tokens(), [portal])]))
      const picked: unknown[] = []
      const client = axios.create({ baseURL: portal.origin })
      client.interceptors.request.use(
        cloudPartnerInterceptor(({ data }) => {
          picked.push(data)
          return auths.get(data)
        }),
      )
      for (const data of ['a', 'b', 'a', 'none']) await client.post('/api', data)
      expect(portal.authorizations()).toEqual([
        'Bearer canary-1',
        'Bearer canary-1',
        'Bearer canary-1',
        undefined,
      ])
      expect(picked).toEqual(['a', 'b', 'a', 'none'])
    })

    it('sends nothing to the live service while the emulator stands for it', async () => {
      await using portal = await startEmulator()
      for (const [name, value] of Object.entries(portal.env)) vi.stubEnv(name, value)
      let sent = 0
      const client = axios.create({
        async adapter(config) {
          sent++
          return { data: '', status: 200, statusText: '', headers: {}, config }
        },
      })
      client.interceptors.request.use(cloudPartnerInterceptor(esm.cloudPartnerAuth()))
      const live = 'https://cloudpartner.azure.com/api/offerTypes'
      for (const options of [{}, { params: { a: 1 } }]) {
        const error = await client.get(live, options).catch(error => error)
        expect(isCloudPartnerAuthError(error)).toBe(true)
      }
      expect(sent).toBe(0)
    })

    it('is ejected as any interceptor is', async () => {
      const credential = tokens()
      await using portal = await loopback((_request, response) => response.end())
      const client = axios.create({ baseURL: portal.origin })
      const auth = authFor(credential, [portal.origin])
      const id = client.interceptors.request.use(cloudPartnerInterceptor(auth))
      await client.get('/api/a')
      client.interceptors.request.eject(id)
      await client.get('/api/b')
      expect(portal.received.map(({ url, headers }) => [url, headers.authorization])).toEqual([
        ['/api/a?api-version=2017-10-31', 'Bearer canary-1'],
        ['/api/b', undefined],
      ])
    })

    it('does its work once where it is installed twice, even from two copies of the package', async () => {
      const credential = tokens()
      await using portal = await loopback((_request, response) => response.writeHead(401).end())
      const client = axios.create({ baseURL: portal.origin, validateStatus: () => true })
      const auth = authFor(credential, [portal.origin])
      for (const copy of [
        cloudPartnerInterceptor,
        cloudPartnerInterceptor,
        cjs.cloudPartnerInterceptor,
      ])
        client.interceptors.request.use(copy(auth))
      await client.get('/api/a')
      expect(portal.received).toHaveLength(2)
      expect(credential.issued).toHaveLength(2)
    })

    it('serves two auths of one client, each for its own API, however often a config is sent again', async () => {
      const [one, other] = [tokens(), tokens()]
      await using first = await loopback(taking(one))
      await using second = await loopback(taking(other))
      const client = axios.create()
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(one, [first.origin])))
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(other, [second.origin])))
      let { config } = await client.get(`${first.origin}/api/a`)
      await client.get(`${second.origin}/api/a`)
      const { adapter } = config
      for (const _again of [1, 2, 3]) ({ config } = await client.request(config))
      expect(config.adapter).toBe(adapter)
      expect([one.issued, other.issued]).toEqual([['canary-1'], ['canary-1']])
    })

    it('works under axios-retry, whose every attempt has a current token', async () => {
      const credential = tokens()
      const statuses = [503, 401, 200]
      await using portal = await loopback((_request, response) => {
        response.writeHead(statuses.shift() ?? 500).end('{}')
      })
      const client = axios.create({ baseURL: portal.origin })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(credential, [portal.origin])))
      axiosRetry(client, { retries: 3 })
      const { status, config } = await client.put('/api/a', { some: 'thing' })
      expect(status).toBe(200)
      expect(config['axios-retry']).toMatchObject({ retryCount: 1 })
      expect(portal.received.map(({ headers, body }) => [headers.authorization, body])).toEqual([
        ['Bearer canary-1', '{"some":"thing"}'],
        ['Bearer canary-1', '{"some":"thing"}'],
        ['Bearer canary-2', '{"some":"thing"}'],
      ])
    })

    it('fails with the typed error, unsent and not retried, where no token can be had', async () => {
      let asked = 0
      const credential = {
        async acquire() {
          asked++
          throw Object.assign(new Error('no'), { retryable: false })
        },
      }
      await using portal = await loopback((_request, response) => response.end())
      const client = axios.create({ baseURL: portal.origin })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(credential, [portal.origin])))
      axiosRetry(client, { retries: 3, retryCondition: () => true })
      const error = await client.get('/api/a').catch(error => error)
      expect(isCloudPartnerAuthError(error)).toBe(true)
      expect(axios.isAxiosError(error)).toBe(false)
      expect(asked).toBe(1)
      expect(portal.received).toHaveLength(0)
    })

    it.each([
      ['a name', 'http'],
      ['a list of names', ['xhr', 'http']],
    ] as const)('finds the adapter that the client was told to use: %s', async (_how, adapter) => {
      const credential = tokens()
      await using portal = await loopback(taking(credential))
      const client = axios.create({ baseURL: portal.origin, adapter: adapter as 'http' })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(credential, [portal.origin])))
      expect((await client.get('/api/a')).data).toEqual({ ok: true })
      expect(portal.received[0]?.headers['user-agent']).toBe(`axios/${axios.VERSION}`)
    })

    it('works in an axios that is another copy than the one next to this package', async () => {
      const credential = tokens()
      const statuses = [200, 401, 200, 404]
      await using portal = await loopback((_request, response) =>
        response.writeHead(statuses.shift() ?? 500).end('{}'),
      )
      const client = axios.create({ baseURL: portal.origin })
      const auth = authFor(credential, [portal.origin])
      client.interceptors.request.use(cjs.cloudPartnerInterceptor(auth))
      await client.get('/api/a', { params: { b: [1, 2] } })
      expect((await client.post('/api/a', { some: 'thing' })).data).toEqual({})
      const error = await client.get('/api/none').catch(error => error)
      expect(axios.isAxiosError(error)).toBe(true)
      expect(credential.issued).toHaveLength(2)
    })

    it('sends through an adapter of the caller, which gets the URL and params as they were written', async () => {
      const client = axios.create({
        baseURL: 'http://127.0.0.1:1/base',
        async adapter(config) {
          const { url, baseURL, params, headers } = config
          const data = { url, baseURL, params, authorization: headers.get('authorization') }
          const uri = axios.getUri(config)
          return { data: { ...data, uri }, status: 200, statusText: 'OK', headers: {}, config }
        },
      })
      const auth = authFor(tokens(), ['http://127.0.0.1:1'])
      client.interceptors.request.use(cloudPartnerInterceptor(auth))
      const { data, config } = await client.get('a', { params: { b: 1 } })
      expect(data).toEqual({
        url: 'a',
        baseURL: 'http://127.0.0.1:1/base',
        params: { b: 1 },
        authorization: 'Bearer canary-1',
        uri: 'http://127.0.0.1:1/base/a?b=1&api-version=2017-10-31',
      })
      expect(config).not.toHaveProperty('paramsSerializer')
    })

    it('complains as axios does of an adapter that there is none of', async () => {
      const client = axios.create({ adapter: 'none' as 'http' })
      const bare = await client.get('http://127.0.0.1:1').catch(error => error)
      client.interceptors.request.use(
        cloudPartnerInterceptor(authFor(tokens(), ['http://127.0.0.1:1'])),
      )
      const ours = await client.get('http://127.0.0.1:1').catch(error => error)
      expect(ours.message).toBe(bare.message)
    })

    describe('leaves an Authorization of the caller alone:', () => {
      it.each([
        ['in lower case', { headers: { authorization: 'Custom own' } }, 'Custom own'],
        ['in upper case', { headers: { AUTHORIZATION: 'Custom own' } }, 'Custom own'],
        [
          'a common default',
          { headers: { common: { Authorization: 'Custom own' } } },
          'Custom own',
        ],
        ['an empty one', { headers: { Authorization: '' } }, ''],
        ['null, to have none', { headers: { Authorization: null } }, undefined],
        ['false, to have none', { headers: { Authorization: false } }, undefined],
        ['the auth option', { auth: { username: 'u', password: 'p' } }, 'Basic dTpw'],
        ['an empty auth option', { auth: {} }, expect.stringMatching(/^Basic/)],
      ])('%s', async (_how, options, expected) => {
        const credential = tokens()
        await using portal = await loopback((_request, response) => response.end())
        const client = axios.create({ baseURL: portal.origin, ...(options as object) })
        client.interceptors.request.use(
          cloudPartnerInterceptor(authFor(credential, [portal.origin])),
        )
        await client.get('/api/a')
        expect(portal.received.map(({ url, headers }) => [url, headers.authorization])).toEqual([
          ['/api/a?api-version=2017-10-31', expected],
        ])
        expect(credential.issued).toEqual([])
      })

      it('credentials in the URL', async () => {
        const credential = tokens()
        await using portal = await loopback((_request, response) => response.end())
        const client = axios.create()
        client.interceptors.request.use(
          cloudPartnerInterceptor(authFor(credential, [portal.origin])),
        )
        await client.get(`${portal.origin.replace('//', '//u:p@')}/api/a`)
        expect(portal.received[0]?.headers.authorization).toBe('Basic dTpw')
        expect(credential.issued).toEqual([])
      })

      it('one that an interceptor sets after ours ran', async () => {
        const credential = tokens()
        await using portal = await loopback((_request, response) => response.end())
        const client = axios.create({ baseURL: portal.origin })
        client.interceptors.request.use(config => {
          config.headers.set('Authorization', 'Custom own')
          return config
        })
        client.interceptors.request.use(
          cloudPartnerInterceptor(authFor(credential, [portal.origin])),
        )
        await client.get('/api/a')
        expect(portal.received[0]?.headers.authorization).toBe('Custom own')
        expect(credential.issued).toEqual([])
      })
    })
  },
)
