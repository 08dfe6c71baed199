import { authFor, loopback, tokens } from '@cloud-partner-auth/contract'
import { clientSecret, cloudPartnerAuth } from '@cloud-partner-auth/core'
import type { AxiosInstance } from 'axios'
import { describe, expect, it } from 'vitest'
import { axiosVersions } from './axios-versions.ts'

const id = '11111111-2222-4333-8444-555555555555'
const example = 'client.interceptors.request.use(cloudPartnerInterceptor(auth))'

describe.each(axiosVersions)('a mistake in axios $version', used => {
  const { axios, cloudPartnerInterceptor } = used
  const auth = authFor(tokens(), ['http://127.0.0.1:1'])
  const anything = (value: unknown) => value as never // what no types would let through

  it.each([
    ['nothing', 'must be what cloudPartnerAuth() returns', () => undefined],
    ['cloudPartnerAuth itself', 'takes what cloudPartnerAuth() returns', () => cloudPartnerAuth],
    [
      'a credential',
      'make one of the credential',
      () => clientSecret({ tenantId: id, clientId: id, secret: 'canary' }),
    ],
    ['a client', `takes an auth and not a client: ${example}`, () => axios.create()],
  ])('is named when the interceptor is made: of %s', (_what, message, given) => {
    const make = () => cloudPartnerInterceptor(anything(given()))
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })

  it('is not seen in what Object.prototype has', () => {
    const names = ['headers', 'interceptors', 'config', 'bodyUsed', 'hooks']
    for (const name of names)
      Object.defineProperty(Object.prototype, name, {
        value: { headers: {}, beforeRequest: [] },
        configurable: true,
      })
    try {
      const config = anything({ headers: {} })
      expect(cloudPartnerInterceptor(auth)(config)).toBe(config)
    } finally {
      for (const name of names) Reflect.deleteProperty(Object.prototype, name)
    }
  })

  it('is named when the interceptor is made: options, of which there are none', () => {
    const withOptions: (...given: unknown[]) => unknown = anything(cloudPartnerInterceptor)
    expect(() => withOptions(auth, { resend: false })).toThrow(
      'takes no options, and not "resend": what an auth can do',
    )
  })

  it.each<[string, string, (client: AxiosInstance) => void]>([
    [
      'itself, without being called',
      'has to be called',
      ({ interceptors }) => interceptors.request.use(anything(cloudPartnerInterceptor)),
    ],
    [
      'among the response interceptors',
      'called with an answer',
      ({ interceptors }) => interceptors.response.use(anything(cloudPartnerInterceptor(auth))),
    ],
    [
      'after an interceptor that returns nothing',
      'called with no config: undefined',
      ({ interceptors }) => {
        interceptors.request.use(cloudPartnerInterceptor(auth))
        interceptors.request.use(anything(() => {}))
      },
    ],
  ])('is named by the first request: the interceptor %s', async (_where, message, install) => {
    await using portal = await loopback()
    const client = axios.create({ baseURL: portal.origin })
    install(client)
    const error = await client.get('/a').catch(error => error)
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toContain(message)
    expect(error.message).toContain(example)
  })

  it('is named by the first error: the interceptor as a handler of errors', async () => {
    await using portal = await loopback((_request, response) => response.writeHead(500).end())
    const client = axios.create({ baseURL: portal.origin })
    client.interceptors.response.use(undefined, anything(cloudPartnerInterceptor(auth)))
    const error = await client.get('/a').catch(error => error)
    expect([error.name, error.message]).toEqual([
      'TypeError',
      `This interceptor is for ${example}, and it was called with an answer`,
    ])
  })

  it.each([
    ["got's options", { headers: {}, method: 'GET', hooks: { beforeRequest: [] } }],
    ['a Request', new Request('http://127.0.0.1:1')],
  ])('is named when another client calls it: with %s', (_what, value) => {
    const call = () => cloudPartnerInterceptor(auth)(anything(value))
    expect(call).toThrow(TypeError)
    expect(call).toThrow("called with another client's request")
  })

  it.each([
    ['a URL, as fetch is', 'http://127.0.0.1:1'],
    ["ky's state", { request: new Request('http://127.0.0.1:1'), options: {} }],
    ["undici's dispatch", () => true],
  ])('is named when it is called with %s', (_what, value) => {
    expect(() => cloudPartnerInterceptor(auth)(anything(value))).toThrow(/called with no config/)
  })

  it.each([
    ['plain headers', { headers: { a: 'b' } }],
    ['no headers', { headers: undefined }],
    ['options of their own', { config: 1, hooks: 2, status: 'new' }],
  ])('is none of a caller whose interceptor returns %s', async (_what, changes) => {
    await using portal = await loopback()
    const client = axios.create({ baseURL: portal.origin })
    client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal])))
    client.interceptors.request.use(config => anything({ ...config, ...changes }))
    expect((await client.get('/a')).status).toBe(200)
    expect(portal.authorizations()).toEqual(['Bearer canary-1'])
  })
})
