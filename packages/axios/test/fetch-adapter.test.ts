import { authFor, loopback, tirelessAuth, tokens } from '@cloud-partner-auth/contract'
import { describe, expect, it } from 'vitest'
import { axiosVersions } from './axios-versions.ts'
import { expectNoToken } from './no-token.ts'

// The fetch adapter came with axios 1.7.
const versions = axiosVersions.filter(({ version }) => version !== '1.5.0')

describe.each(versions)(
  'the fetch adapter of axios $version',
  ({ version, axios, cloudPartnerInterceptor }) => {
    it('sends the token, the version and nothing else that is new', async () => {
      await using portal = await loopback((_request, response) => response.end())
      const client = axios.create({ baseURL: portal.origin, adapter: 'fetch' })
      const send = () => client.post('/a?b=%20', { c: 1 }, { params: { $filter: "name eq 'x'" } })
      await send()
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal.origin])))
      await send()
      const [bare, ours] = portal.received.map(({ rawHeaders: _, ...shown }) => shown)
      expect(ours).toEqual({
        ...bare,
        url: `${bare?.url}&api-version=2017-10-31`,
        headers: { ...bare?.headers, authorization: 'Bearer canary-1' },
      })
    })

    it('takes no token elsewhere, and brings none back from there', async () => {
      await using foreign = await loopback((_request, response) =>
        response.writeHead(302, { location: `${portal.origin}/end` }).end(),
      )
      await using portal = await loopback((request, response) =>
        request.url === '/end'
          ? response.end()
          : response.writeHead(302, { location: foreign.origin }).end(),
      )
      const client = axios.create({ baseURL: portal.origin, adapter: 'fetch' })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal.origin])))
      await client.get('/a')
      expect(
        [...portal.received, ...foreign.received].map(hop => hop.headers.authorization),
      ).toEqual(['Bearer canary-1', undefined, undefined])
    })

    it('sends a web stream once', async () => {
      await using portal = await loopback((_request, response) => response.writeHead(401).end('no'))
      const client = axios.create({ baseURL: portal.origin, adapter: 'fetch' })
      client.interceptors.request.use(cloudPartnerInterceptor(tirelessAuth()))
      const error = await client.post('/a', new Blob(['body']).stream()).catch(error => error)
      expect(error.response).toMatchObject({ status: 401, data: 'no' })
      expect(portal.received.map(({ body }) => body)).toEqual(['body'])
    })

    // Since 1.12 it can be given a `fetch` that tells; of the versions here 1.7.9 is the one that cannot.
    it.runIf(version === '1.7.9')(
      'renews after a refused POST but sends it once, since nobody tells which hop answered',
      async () => {
        await using portal = await loopback((_request, response) =>
          response.writeHead(portal.received.length > 1 ? 200 : 401).end('no'),
        )
        const client = axios.create({ baseURL: portal.origin, adapter: 'fetch' })
        client.interceptors.request.use(cloudPartnerInterceptor(tirelessAuth()))
        const error = await client.post('/a', 'body').catch(error => error)
        expect(error.response).toMatchObject({ status: 401, data: 'no' })
        await client.post('/a', 'body')
        expect(portal.received.map(({ body, headers }) => [body, headers.authorization])).toEqual([
          ['body', 'Bearer canary-1'],
          ['body', 'Bearer canary-2'],
        ])
      },
    )

    // As above: 1.7.9 cannot be told where an answer came from.
    it.runIf(version !== '1.7.9')('makes nothing of a 401 that comes from elsewhere', async () => {
      const credential = tokens()
      await using foreign = await loopback((_request, response) => response.writeHead(401).end())
      await using portal = await loopback((_request, response) =>
        response.writeHead(302, { location: foreign.origin }).end(),
      )
      const client = axios.create({ baseURL: portal.origin, adapter: 'fetch' })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(credential, [portal])))
      const error = await client.get('/a').catch(error => error)
      expect(error.response.status).toBe(401)
      expect(credential.issued).toEqual(['canary-1'])
    })

    it('calls a fetch of the caller as axios does', async () => {
      await using portal = await loopback()
      const calls: unknown[][] = []
      const client = axios.create({
        baseURL: portal.origin,
        adapter: 'fetch',
        env: {
          fetch: (...call: Parameters<typeof fetch>) => {
            calls.push(call)
            return fetch(...call)
          },
        },
      })
      const send = (fetchOptions?: object) =>
        client.get('/a', { ...(fetchOptions && { fetchOptions }) })
      for (const options of [undefined, { keepalive: true }]) {
        calls.length = 0
        const id = client.interceptors.request.use(
          cloudPartnerInterceptor(authFor(tokens(), [portal])),
        )
        await send(options)
        client.interceptors.request.eject(id)
        await send(options)
        const [ours, bare] = calls.map(([, init]) => init)
        expect({ ...Object(ours) }).toEqual({ ...Object(bare) })
        expect(typeof ours).toBe(typeof bare)
      }
    })

    it('frees the connection of a 401 to a request for a stream', async () => {
      let calls = 0
      await using portal = await loopback((_request, response) =>
        response.writeHead(calls++ % 2 ? 200 : 401).end('{}'),
      )
      const client = axios.create({
        baseURL: portal.origin,
        adapter: 'fetch',
        responseType: 'stream',
      })
      client.interceptors.request.use(cloudPartnerInterceptor(tirelessAuth()))
      for (let round = 0; round < 20; round++) {
        const { status, data } = await client.get('/a')
        expect([status, await new Response(data).text()]).toEqual([200, '{}'])
      }
      expect(portal.received).toHaveLength(40)
      expect(portal.connections()).toBeLessThanOrEqual(2)
    })

    it('shows no token in what it delivers', async () => {
      await using portal = await loopback((request, response) => {
        if (request.url?.startsWith('/reset')) request.socket.destroy()
        else response.writeHead(request.url?.startsWith('/no') ? 403 : 200).end()
      })
      const client = axios.create({ baseURL: portal.origin, adapter: 'fetch' })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal.origin])))
      expectNoToken(await client.get('/a'))
      for (const path of ['/no', '/reset'])
        expectNoToken(await client.get(path).catch(error => error))
      expect(portal.received.at(-1)?.headers.authorization).toBe('Bearer canary-1')
    })
  },
)
