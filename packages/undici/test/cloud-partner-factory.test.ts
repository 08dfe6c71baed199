import { loopback, startPortal, tirelessAuth } from '@cloud-partner-auth/contract'
import { cloudPartnerAuth, tokenEndpoint } from '@cloud-partner-auth/core'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { Agent, BalancedPool, interceptors, request } from 'undici'
import { describe, expect, it } from 'vitest'
import { cloudPartnerFactory, cloudPartnerInterceptor } from '../src/index.ts'
import { startProxy } from './proxy.ts'
import { undiciMajors } from './undici-majors.ts'

describe.each(undiciMajors)('with undici $major', ({ major, undici }) => {
  const { Pool } = undici

  it('makes a single pool, which needs no origin in a request', async () => {
    await using portal = await startPortal()
    const pool = cloudPartnerFactory(portal.auth(), { Pool })(portal.origin, { connections: 1 })
    const { body } = await pool.request({ path: '/api', method: 'GET' })
    expect(await body.text()).toBe('ok')
    await pool.close()
  })

  it('makes pools whose connections the Agent tells of, and which it closes', async () => {
    await using portal = await startPortal()
    const dispatcher = new undici.Agent({ factory: cloudPartnerFactory(portal.auth(), { Pool }) })
    const told: string[] = []
    dispatcher.on('connect', ({ origin }) => told.push(`connect ${origin}`))
    dispatcher.on('disconnect', ({ origin }) => told.push(`disconnect ${origin}`))
    const { body } = await dispatcher.request({
      origin: portal.origin,
      path: '/api',
      method: 'GET',
    })
    expect(await body.text()).toBe('ok')
    await dispatcher.close()
    expect(told).toEqual([`connect ${portal.origin}`, `disconnect ${portal.origin}`])
  })

  it('sends at once while a token is held', async () => {
    await using portal = await startPortal()
    let dispatched = 0
    class Counted extends Pool {
      override dispatch(...given: Parameters<typeof Pool.prototype.dispatch>): boolean {
        dispatched++
        return super.dispatch(...given)
      }
    }
    const pool = cloudPartnerFactory(portal.auth(), { Pool: Counted })(portal.origin)
    const send = () => pool.request({ path: '/api', method: 'GET' })
    await (await send()).body.dump()
    const sent = send()
    expect(dispatched).toBe(2)
    await (await sent).body.dump()
    await pool.close()
  })

  describe.each(['factory', 'interceptor'] as const)('and a proxy, the %s', way => {
    it('gives the token to an https API, and to no proxy', async () => {
      await using emulator = await startEmulator({ tls: true })
      await using proxy = await startProxy()
      const requestTls = { ca: emulator.ca ?? '' }
      const direct = new undici.Agent({ connect: requestTls })
      const auth = cloudPartnerAuth({
        credential: tokenEndpoint({
          tenantId: emulator.env['AZURE_TENANT_ID'] ?? '',
          clientId: emulator.env['AZURE_CLIENT_ID'] ?? '',
          secret: emulator.env['AZURE_CLIENT_SECRET'] ?? '',
          authorityHost: emulator.origin,
          fetch: (url, init) =>
            undici.fetch(url as string, { ...init, dispatcher: direct } as never) as never,
        }),
        apis: [{ name: 'emulated', origins: [emulator.origin], audience: 'https://cloudpartner.azure.com', version: { parameter: 'api-version', value: '2017-10-31' } }], // biome-ignore format: one line reads better
      })
      const factory = cloudPartnerFactory(auth, { Pool })
      const options = { uri: proxy.origin, requestTls }
      const dispatcher =
        way === 'factory'
          ? new undici.ProxyAgent({ ...options, factory })
          : new undici.ProxyAgent(options).compose(cloudPartnerInterceptor(auth))
      const { statusCode, body } = await dispatcher.request({
        origin: emulator.origin,
        path: '/api/offerTypes',
        method: 'GET',
      })
      await body.dump()
      expect(statusCode).toBe(200)
      expect(proxy.tunnels).toEqual([new URL(emulator.origin).host])
      expect(proxy.seen()).not.toMatch(/Bearer|offerTypes/)
      await dispatcher.close()
      await direct.close()
    })
  })

  // Undici 8 is the one that this package finds.
  it.runIf(major !== 8)('says what to do for an Agent of another undici', async () => {
    await using portal = await startPortal()
    const dispatcher = new undici.Agent({ factory: cloudPartnerFactory(portal.auth()) as never })
    const sent = dispatcher.request({ origin: portal.origin, path: '/api', method: 'GET' })
    await expect(sent).rejects.toThrow(/cloudPartnerFactory\(auth, { Pool }\)/)
    await expect(sent).rejects.toBeInstanceOf(TypeError)
    expect(portal.received).toEqual([])
  })
})

it('is refused as the factory of another dispatcher than an Agent', async () => {
  await using portal = await startPortal()
  const factory = cloudPartnerFactory(portal.auth()) as never
  const make = () => new BalancedPool(portal.origin, { factory })
  expect(make).toThrow('factory of an Agent, and not of a BalancedPool')
})

it('takes the Pool of undici where no other is given', async () => {
  await using portal = await startPortal()
  const dispatcher = new Agent({ factory: cloudPartnerFactory(portal.auth()) })
  const { body } = await request(`${portal.origin}/api`, { dispatcher })
  expect(await body.text()).toBe('ok')
  await dispatcher.close()
})

it('leaves requests to other servers as they are', async () => {
  await using portal = await startPortal()
  await using other = await loopback()
  const dispatcher = new Agent({ factory: cloudPartnerFactory(portal.auth()) })
  const { body } = await request(`${other.origin}/a?b`, { dispatcher })
  await body.dump()
  expect(other.received.map(({ url, rawHeaders }) => [url, rawHeaders])).toEqual([
    ['/a?b', ['host', new URL(other.origin).host, 'connection', 'keep-alive']],
  ])
  await dispatcher.close()
})

it.each([
  [[undefined], /must be what cloudPartnerAuth\(\) returns/],
  [['https://example.com', {}], /must be what cloudPartnerAuth\(\) returns/],
  [[cloudPartnerAuth], /cloudPartnerAuth\(\) returns: call it/],
  [[tirelessAuth(), { pool: 1 }], /has no option "pool": did you mean Pool/],
  [[tirelessAuth(), { Pool: 1 }], /Pool must be a class/],
  [[tirelessAuth(), { Pool: BalancedPool }], /have one server/],
])('refuses what is not meant: %o', (given, message) => {
  const make = cloudPartnerFactory as (...given: unknown[]) => unknown
  expect(() => make(...given)).toThrow(TypeError)
  expect(() => make(...given)).toThrow(message)
})

it('refuses to be composed, which is for the interceptor', () => {
  const factory = cloudPartnerFactory(tirelessAuth()) as never
  expect(() => new Agent().compose(factory)).toThrow(/compose\(\) takes cloudPartnerInterceptor/)
})

it('takes a function that picks the auth for a request', async () => {
  await using portal = await startPortal()
  const auth = portal.auth()
  const factory = cloudPartnerFactory(({ method }) => (method === 'GET' ? auth : undefined))
  const dispatcher = new Agent({ factory })
  for (const method of ['GET', 'DELETE'] as const)
    await (await request(`${portal.origin}/api`, { dispatcher, method })).body.dump()
  expect(portal.authorizations()).toEqual(['Bearer token-1', undefined])
  await dispatcher.close()
})

it('gives no token behind a redirect by a server for which no auth is picked', async () => {
  await using portal = await startPortal()
  const location = `${portal.origin}/api/landed`
  await using other = await loopback((_, response) => response.writeHead(302, { location }).end())
  const auth = portal.auth()
  const factory = cloudPartnerFactory(({ origin }) => (origin === portal.origin ? auth : undefined))
  const dispatcher = new Agent({ factory }).compose(interceptors.redirect({ maxRedirections: 1 }))
  await (await request(`${other.origin}/moved`, { dispatcher })).body.dump()
  expect(portal.received.map(({ url }) => url)).toEqual(['/api/landed'])
  expect(portal.authorizations()).toEqual([undefined])
  await dispatcher.close()
})
