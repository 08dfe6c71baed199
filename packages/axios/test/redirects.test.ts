import { Agent } from 'node:http'
import type { LookupFunction } from 'node:net'
import { authFor, loopback, tokens } from '@cloud-partner-auth/contract'
import { describe, expect, it } from 'vitest'
import { axiosVersions } from './axios-versions.ts'

describe.each(axiosVersions)(
  'a redirect in axios $version',
  ({ version, axios, cloudPartnerInterceptor }) => {
    it('keeps the token on the origin it was sent to', async () => {
      await using portal = await loopback((request, response) =>
        request.url?.startsWith('/from')
          ? response.writeHead(302, { location: '/to' }).end()
          : response.end(),
      )
      const client = axios.create({ baseURL: portal.origin })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal.origin])))
      await client.get('/from')
      expect(portal.received.map(({ headers }) => headers.authorization)).toEqual([
        'Bearer canary-1',
        'Bearer canary-1',
      ])
    })

    it('takes no token to a subdomain, and brings none back from there', async () => {
      await using portal = await loopback((request, response) => {
        const { port } = new URL(`http://${request.headers.host}`)
        const location = {
          '/there': `http://sub.localhost:${port}/back`,
          '/back': `http://localhost:${port}/end`,
        }[request.url?.split('?')[0] ?? '']
        location ? response.writeHead(302, { location }).end() : response.end()
      })
      const origin = `http://localhost:${portal.port}`
      const client = axios.create({
        baseURL: origin,
        httpAgent: new Agent({ lookup: everythingIsHere }),
      })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [origin])))
      await client.get('/there')
      expect(portal.received.map(({ headers }) => [headers.host, headers.authorization])).toEqual([
        [`localhost:${portal.port}`, 'Bearer canary-1'],
        [`sub.localhost:${portal.port}`, undefined],
        [`localhost:${portal.port}`, undefined],
      ])
    })

    it('takes no token elsewhere though a hook of the caller puts back what was removed', async () => {
      await using foreign = await loopback((_request, response) => response.end())
      await using portal = await loopback((_request, response) =>
        response.writeHead(307, { location: `${foreign.origin}/a` }).end(),
      )
      let kept: unknown
      const client = axios.create({
        baseURL: portal.origin,
        adapter: config => {
          kept = config.headers.get('Authorization')
          return axios.getAdapter('http')(config)
        },
        beforeRedirect(options) {
          options['headers'].authorization = kept
          options['headers']['x-hook'] = 'ran'
        },
      })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal.origin])))
      await client.post('/a', { some: 'thing' })
      expect(kept).toBe('Bearer canary-1')
      const [hop] = foreign.received
      expect(hop?.headers).not.toHaveProperty('authorization')
      expect(hop).toMatchObject({ headers: { 'x-hook': 'ran' }, body: '{"some":"thing"}' })
    })

    it("takes along what the caller's hook sets of its own", async () => {
      await using foreign = await loopback((_request, response) => response.end())
      await using portal = await loopback((_request, response) =>
        response.writeHead(302, { location: foreign.origin }).end(),
      )
      const client = axios.create({
        baseURL: portal.origin,
        beforeRedirect(options) {
          options['headers'].authorization = 'Custom own'
        },
      })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal.origin])))
      await client.get('/a')
      expect(foreign.received[0]?.headers.authorization).toBe('Custom own')
    })

    it.each([
      ['elsewhere', (foreign: string) => foreign],
      ['elsewhere and back', (_foreign: string, portal: string) => `${portal}/end`],
    ])('makes nothing of a 401 that comes from %s', async (_where, end) => {
      const credential = tokens()
      await using foreign = await loopback((request, response) => {
        const location = end(foreign.origin, portal.origin)
        if (request.url === '/over' && location !== foreign.origin)
          response.writeHead(302, { location }).end()
        else response.writeHead(401).end()
      })
      await using portal = await loopback((request, response) => {
        if (request.url === '/end') response.writeHead(401).end()
        else response.writeHead(302, { location: `${foreign.origin}/over` }).end()
      })
      const client = axios.create({ baseURL: portal.origin, validateStatus: () => true })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(credential, [portal.origin])))
      expect((await client.get('/a')).status).toBe(401)
      expect(credential.issued).toEqual(['canary-1'])
      expect(portal.received.filter(({ url }) => url.startsWith('/a'))).toHaveLength(1)
    })

    // Axios 1.5 itself finds no IPv6 address.
    it.each(version === '1.5.0' ? ['127.0.0.1'] : ['127.0.0.1', '::1'])(
      'that ends on its own origin with a 401 renews the token (%s)',
      async host => {
        const credential = tokens()
        await using portal = await loopback(
          (request, response) =>
            request.url?.startsWith('/from')
              ? response.writeHead(302, { location: '/to' }).end()
              : response
                  .writeHead(request.headers.authorization === 'Bearer canary-2' ? 200 : 401)
                  .end(),
          { host },
        )
        const client = axios.create({ baseURL: portal.origin })
        client.interceptors.request.use(
          cloudPartnerInterceptor(authFor(credential, [portal.origin])),
        )
        expect((await client.get('/from')).status).toBe(200)
        expect(portal.received).toHaveLength(4)
      },
    )

    it('is not followed where the caller does not want it', async () => {
      await using portal = await loopback((_request, response) =>
        response.writeHead(302, { location: '/to' }).end(),
      )
      const client = axios.create({ baseURL: portal.origin, maxRedirects: 0, validateStatus: null })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal.origin])))
      expect((await client.get('/from')).status).toBe(302)
    })
  },
)

const everythingIsHere: LookupFunction = (_host, { all }, callback) =>
  all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4)
