import { once } from 'node:events'
import { Agent } from 'node:http'
import { Readable } from 'node:stream'
import { authFor, type Loopback, loopback, tokens } from '@cloud-partner-auth/contract'
import type { AxiosInstance, InternalAxiosRequestConfig } from 'axios'
import { describe, expect, it } from 'vitest'
import { axiosVersions } from './axios-versions.ts'
import { expectNoToken } from './no-token.ts'

describe.each(axiosVersions)(
  'what axios $version delivers',
  ({ axios, cloudPartnerInterceptor }) => {
    function clientOf(portal: Pick<Loopback, 'origin'>, options: object = {}): AxiosInstance {
      const client = axios.create({ baseURL: portal.origin, ...options })
      const auth = authFor(tokens(), [portal.origin])
      client.interceptors.request.use(cloudPartnerInterceptor(auth))
      return client
    }

    it("carries the caller's own config, with what axios adds to it and without the token", async () => {
      await using portal = await loopback(({ url }, response) => {
        response.writeHead(url?.startsWith('/no') ? 403 : 200).end()
      })
      const client = axios.create({ baseURL: portal.origin })
      const seen: InternalAxiosRequestConfig[] = []
      const see = (config: InternalAxiosRequestConfig) => {
        seen.push(config)
        return config
      }
      client.interceptors.request.use(see)
      const bare = await client.post('/a', { some: 'thing' }, { params: { b: 1 } })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal.origin])))
      const ours = await client.post('/a', { some: 'thing' }, { params: { b: 1 } })
      const error = await client.get('/no').catch(error => error)

      expect(portal.received.map(({ headers }) => headers.authorization)).toEqual([
        undefined,
        'Bearer canary-1',
        'Bearer canary-1',
      ])
      expect(ours.config).toBe(seen[1])
      expect(error.config).toBe(seen[2])
      expect(error.response.config).toBe(seen[2])
      const { adapter: _own, headers, ...rest } = bare.config
      expect(ours.config).toMatchObject(rest)
      expect({ ...ours.config.headers }).toEqual({ ...headers })
      expect(Object.keys(ours).sort()).toEqual(Object.keys(bare).sort())
      expect(ours.request.path).toBe('/a?b=1&api-version=2017-10-31')
    })

    it.each([
      ['an answer', '/a', {}],
      ['a stream', '/a', { responseType: 'stream' }],
      ['a 403', '/no', {}],
      ['a 401', '/refused', {}],
      ['a redirect that ends', '/over', {}],
      ['a redirect that never ends', '/round', { maxRedirects: 2 }],
      ['no redirect', '/over', { maxRedirects: 0 }],
      ['a reset', '/reset', {}],
      ['a time-out', '/silent', { timeout: 50 }],
      ['an answer that is too long', '/a', { maxContentLength: 1 }],
      ['a body that is too long', '/a', { method: 'post', data: 'body', maxBodyLength: 1 }],
      [
        'an answer that is not JSON',
        '/a',
        { responseType: 'json', transitional: { silentJSONParsing: false } },
      ],
      ['an answer that breaks off', '/broken', {}],
      ['an answer that a transform does not like', '/a', { transformResponse: thrower }],
      ['a stream of the caller', '/a', { method: 'post', data: () => Readable.from(['body']) }],
      [
        'a stream of the caller, refused',
        '/refused',
        { method: 'post', data: () => Readable.from(['b']) },
      ],
      [
        'a stream of the caller, reset',
        '/reset',
        { method: 'post', data: () => Readable.from(['b']) },
      ],
      ['a connection of an agent', '/a', { httpAgent: new Agent({ keepAlive: true }) }],
      ['a reset of an agent', '/reset', { httpAgent: new Agent({ keepAlive: true }) }],
    ] as const)('shows no token: %s', async (_what, path, options) => {
      await using portal = await loopback(faulty)
      const data =
        'data' in options && typeof options.data === 'function' ? { data: options.data() } : {}
      const delivered = await clientOf(portal)
        .request({ url: path, ...(options as object), ...data })
        .catch(error => error)
      expect(
        portal.received.every(({ headers }) => headers.authorization?.startsWith('Bearer')),
      ).toBe(true)
      expectNoToken(delivered)
    })

    it('shows no token: nobody there', async () => {
      const error = await clientOf({ origin: 'http://127.0.0.1:1' })
        .get('/a')
        .catch(error => error)
      expect(error).toMatchObject({ code: 'ECONNREFUSED' })
      expectNoToken(error)
    })

    it('shows no token: a request that is cancelled under way', async () => {
      await using portal = await loopback(() => controller.abort())
      const controller = new AbortController()
      const error = await clientOf(portal)
        .get('/a', { signal: controller.signal })
        .catch(error => error)
      expect(axios.isCancel(error)).toBe(true)
      expectNoToken(error)
    })

    it('comes of a config with the prototype that axios gave it', async () => {
      const prototypes: unknown[] = []
      const client = clientOf(
        { origin: 'http://127.0.0.1:1' },
        {
          async adapter(config: InternalAxiosRequestConfig) {
            prototypes.push(Object.getPrototypeOf(config))
            return { data: '', status: 200, statusText: 'OK', headers: {}, config }
          },
        },
      )
      const { config } = await client.get('/a')
      expect(prototypes).toEqual([Object.getPrototypeOf(config)])
    })

    it('leaves no token in a config that is sent again', async () => {
      await using portal = await loopback(({ url }, response) => {
        response.writeHead(url?.startsWith('/no') ? 403 : 200).end()
      })
      const client = clientOf(portal)
      const { config } = await client.get('/no').catch(error => error)
      await axios.request({ ...config, adapter: axios.defaults.adapter, url: '/again' })
      expect(portal.received.at(-1)).toMatchObject({ url: '/again' })
      expect(portal.received.at(-1)?.headers).not.toHaveProperty('authorization')
    })

    it('tells of progress as it does without', async () => {
      await using portal = await loopback((_request, response) => response.end('x'.repeat(100_000)))
      const up: (number | undefined)[] = []
      const down: (number | undefined)[] = []
      await clientOf(portal).post('/a', 'y'.repeat(100_000), {
        onUploadProgress: ({ loaded }) => up.push(loaded),
        onDownloadProgress: ({ loaded }) => down.push(loaded),
      })
      expect([up.at(-1), down.at(-1)]).toEqual([100_000, 100_000])
      expect(portal.received[0]?.headers['content-length']).toBe('100000')
    })

    it('frees the connection of a request that is cancelled under way', async () => {
      const controller = new AbortController()
      let closed: Promise<unknown> | undefined
      await using portal = await loopback(request => {
        closed = once(request.socket, 'close')
        controller.abort()
      })
      await clientOf(portal)
        .get('/a', { signal: controller.signal })
        .catch(error => error)
      await closed
    })
  },
)

const faulty: Parameters<typeof loopback>[0] = (request, response) => {
  const path = request.url?.split('?')[0]
  if (path === '/reset') request.socket.resetAndDestroy()
  else if (path === '/no') response.writeHead(403).end()
  else if (path === '/refused') response.writeHead(401).end()
  else if (path === '/over') response.writeHead(307, { location: '/a' }).end('over')
  else if (path === '/round') response.writeHead(302, { location: '/round' }).end()
  else if (path === '/broken') {
    response.writeHead(200, { 'content-length': 100 }).write('part')
    setImmediate(() => request.socket.destroy())
  } else if (path !== '/silent') response.end('text')
}

function thrower(): never {
  throw new Error('a transform')
}
