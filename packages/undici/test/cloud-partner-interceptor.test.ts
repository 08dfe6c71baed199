import { loopback, startPortal, tirelessAuth } from '@cloud-partner-auth/contract'
import type { Dispatcher } from 'undici'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { cloudPartnerInterceptor } from '../src/index.ts'
import { startProxy } from './proxy.ts'
import { undiciMajors } from './undici-majors.ts'

afterEach(() => vi.unstubAllEnvs())

describe.each(undiciMajors)('with undici $major', ({ major, undici }) => {
  const { Agent, EnvHttpProxyAgent, MockAgent, Pool } = undici

  it('asks a dispatcher for its way without sending it anything', async () => {
    await using portal = await startPortal()
    await using foreign = await loopback()
    const asked: Dispatcher.DispatchOptions[] = []
    const spy: Dispatcher.DispatcherComposeInterceptor = dispatch => (options, handler) => {
      asked.push(options)
      // What interceptors do that serve a base URL, and what could make a request of it that can be sent.
      return dispatch({ ...options, path: `/base${options.path}`, headers: {} }, handler)
    }
    const pool = new Pool(foreign.origin).compose(spy, cloudPartnerInterceptor(portal.auth()))
    const sent = pool.request({ origin: portal.origin, path: '/api', method: 'GET' })
    await expect(sent).rejects.toThrow(/cloudPartnerFactory/)
    expect(foreign.connections()).toBe(0)
    expect(asked).toHaveLength(major === 8 ? 0 : 1)
  })

  it('asks once for each http server, and sends at once while a token is held', async () => {
    await using portal = await startPortal()
    const origins: unknown[] = []
    const spy: Dispatcher.DispatcherComposeInterceptor = dispatch => (options, handler) => {
      origins.push(options.origin)
      return dispatch(options, handler)
    }
    const agent = new Agent().compose(spy, cloudPartnerInterceptor(portal.auth()))
    const send = () => agent.request({ origin: portal.origin, path: '/api', method: 'GET' })
    await (await send()).body.dump()
    expect(origins).toEqual([expect.stringMatching(/^cloud-partner-auth:/), portal.origin])
    const sent = send()
    expect(origins.slice(2)).toEqual([portal.origin])
    await (await sent).body.dump()
  })

  it('sees that NO_PROXY was changed', async () => {
    await using portal = await startPortal()
    await using proxy = await startProxy()
    vi.stubEnv('http_proxy', proxy.origin)
    vi.stubEnv('no_proxy', '127.0.0.1')
    const agent = new EnvHttpProxyAgent().compose(cloudPartnerInterceptor(portal.auth()))
    const send = () => agent.request({ origin: portal.origin, path: '/api', method: 'GET' })
    await (await send()).body.dump()
    expect(portal.authorizations()).toEqual(['Bearer token-1'])
    vi.stubEnv('no_proxy', 'example.com')
    await expect(send()).rejects.toMatchObject({ code: 'proxy_reads_token' })
    expect(proxy.seen()).toBe('')
  })

  it('limits tokens to one origin, and gives none for it', async () => {
    await using portal = await startPortal()
    await using other = await loopback()
    const origin = { origin: other.origin }
    const options = { origin: portal.origin, path: '/api', method: 'GET' } as const
    const elsewhere = new Agent().compose(cloudPartnerInterceptor(portal.auth(), origin))
    await expect(elsewhere.request(options)).rejects.toThrow(/gives a token to .* only/)
    const pool = new Pool(other.origin)
    const claimed = pool.compose(cloudPartnerInterceptor(portal.auth(), { origin: portal.origin }))
    await expect(claimed.request(options)).rejects.toThrow(/cloudPartnerFactory/)
    const here = new Agent().compose(
      cloudPartnerInterceptor(portal.auth(), { origin: `${portal.origin}/` }),
    )
    await (await here.request(options)).body.dump()
    expect(portal.authorizations()).toEqual(['Bearer token-1'])
    expect(other.received).toEqual([])
  })

  it('gives a token to the mocks of a MockAgent', async () => {
    await using portal = await startPortal()
    const mocks = new MockAgent()
    mocks.disableNetConnect()
    const seen: unknown[] = []
    mocks
      .get('https://cloudpartner.azure.com')
      .intercept({ path: '/api?api-version=2017-10-31' })
      .reply(200, ({ headers }) => {
        seen.push(new Headers(headers as Record<string, string>).get('authorization'))
        return 'mocked'
      })
    const auth = portal.auth({ apis: undefined })
    const agent = mocks.compose(cloudPartnerInterceptor(auth))
    const options = {
      origin: 'https://cloudpartner.azure.com',
      path: '/api',
      method: 'GET',
    } as const
    expect(await (await agent.request(options)).body.text()).toBe('mocked')
    expect(seen).toEqual(['Bearer token-1'])
  })

  it("passes a closed dispatcher's own error on", async () => {
    await using portal = await startPortal()
    const agent = new Agent()
    const composed = agent.compose(cloudPartnerInterceptor(portal.auth()))
    await agent.close()
    const sent = composed.request({ origin: portal.origin, path: '/api', method: 'GET' })
    await expect(sent).rejects.toMatchObject({ code: expect.stringMatching(/CLOSED|DESTROYED/) })
  })
})

it.each([
  [[undefined], /must be what cloudPartnerAuth\(\) returns/],
  [[{}], /must be what cloudPartnerAuth\(\) returns/],
  [[tirelessAuth(), { origins: [] }], /has no option "origins": did you mean origin/],
  [[tirelessAuth(), { origin: 'nowhere' }], /origin must be a URL/],
])('refuses what is not meant: %o', (given, message) => {
  const make = cloudPartnerInterceptor as (...given: unknown[]) => unknown
  expect(() => make(...given)).toThrow(TypeError)
  expect(() => make(...given)).toThrow(message)
})

describe.each(undiciMajors)('with undici $major, the interceptor', ({ undici }) => {
  it.each([
    ['an Agent', new undici.Agent()],
    ['a composed one', new undici.Agent().compose(undici.interceptors.redirect())],
  ])('has to be called before it is composed on %s', (_, dispatcher) => {
    const compose = () => dispatcher.compose(cloudPartnerInterceptor as never)
    expect(compose).toThrow(/has to be called/)
  })

  it('is no factory of an Agent', async () => {
    const factory = cloudPartnerInterceptor(tirelessAuth()) as never
    const dispatcher = new undici.Agent({ factory })
    const sent = dispatcher.request({ origin: 'http://127.0.0.1:9', path: '/', method: 'GET' })
    await expect(sent).rejects.toThrow(/an Agent's factory is cloudPartnerFactory/)
  })

  it('takes a function that picks the auth for a request', async () => {
    await using portal = await startPortal()
    const auth = portal.auth()
    const dispatcher = new undici.Agent().compose(
      cloudPartnerInterceptor(({ method }) => (method === 'GET' ? auth : undefined)),
    )
    for (const method of ['GET', 'DELETE'] as const) {
      const { body } = await dispatcher.request({ origin: portal.origin, path: '/api', method })
      await body.dump()
    }
    expect(portal.authorizations()).toEqual(['Bearer token-1', undefined])
  })
})
