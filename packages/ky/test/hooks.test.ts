import { inspect } from 'node:util'
import { type Portal, startPortal } from '@cloud-partner-auth/contract'
import ky, { HTTPError, isHTTPError, type KyInstance, type Options, TimeoutError } from 'ky'
import ky1 from 'ky-1'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import {
  CloudPartnerAuthError,
  cloudPartnerFetch,
  cloudPartnerHooks,
  isCloudPartnerAuthError,
} from '../src/index.ts'

let portal: Portal
let url: string
beforeEach(async () => {
  portal = await startPortal()
  url = `${portal.origin}/api/x`
})
afterEach(() => portal[Symbol.asyncDispose]())

const denied = () => ({
  credential: {
    acquire: vi.fn(async () => {
      throw new CloudPartnerAuthError('authority_refused', 'No.', { retryable: false })
    }),
  },
})
const waiting = () => ({ credential: { acquire: () => new Promise<never>(() => {}) } })

it.each(['isStream', 'prefixUrl', 'value'])(
  'sends a token where Object.prototype has %s',
  async name => {
    const client = ky.extend(cloudPartnerHooks(portal.auth()))
    Object.defineProperty(Object.prototype, name, { value: 'polluted', configurable: true })
    const sent = client.get(url).text()
    Reflect.deleteProperty(Object.prototype, name)
    expect(await sent).toBe('ok')
    expect(portal.received[0]?.headers.authorization).toMatch(/^Bearer /)
  },
)

it.each(['beforeRequest', 'afterResponse'])(
  'is refused where its init hook stands in %s',
  async place => {
    const [init] = cloudPartnerHooks(portal.auth()).hooks.init
    const sent = ky(url, { retry: 0, hooks: { [place]: [init] } })
    await expect(sent).rejects.toThrow(
      "These hooks are ky's, as in ky.extend(cloudPartnerHooks(auth))",
    )
  },
)

it('takes no options', () => {
  const withOptions: (...given: unknown[]) => unknown = cloudPartnerHooks as never
  expect(() => withOptions(portal.auth(), { resend: false })).toThrow('"resend": what an auth can')
})

it('leaves the types of ky as they are', async () => {
  const client = ky.extend(cloudPartnerHooks(portal.auth()))
  expectTypeOf(client).toEqualTypeOf<KyInstance>()
  portal.answer((_, response) => response.end('{"a":1}'))
  expectTypeOf(await client.get(url).json<{ a: 1 }>()).toEqualTypeOf<{ a: 1 }>()
  expectTypeOf(await client.get(url).json()).toBeUnknown()
  expectTypeOf(cloudPartnerHooks).returns.toExtend<Options>()
  // ky 1 would send without a token, so its users hear of it when they compile, too.
  // @ts-expect-error
  ky1.extend(cloudPartnerHooks(portal.auth()))
})

describe('the fetch of the user', () => {
  const counting = () => vi.fn((request: unknown) => fetch(request as Request))

  it.each<[string, (fetch: typeof globalThis.fetch) => KyInstance]>([
    ['before', fetch => ky.create({ fetch }).extend(cloudPartnerHooks(portal.auth()))],
    ['after', fetch => ky.extend(cloudPartnerHooks(portal.auth())).extend({ fetch })],
    [
      'by an init hook before',
      fetch =>
        ky
          .extend({ hooks: { init: [options => void Object.assign(options, { fetch })] } })
          .extend(cloudPartnerHooks(portal.auth())),
    ],
  ])('sends the requests when it is given %s ours', async (_, client) => {
    portal.refuseFirst()
    const theirs = counting()
    await client(theirs).put(url, { json: { a: 1 } })
    expect(theirs).toHaveBeenCalledTimes(2)
    for (const [request] of theirs.mock.calls) expect(request).toBeInstanceOf(Request)
    expect(portal.received.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}'])
  })

  it('sends a single request it is given for', async () => {
    const theirs = counting()
    const client = ky.extend(cloudPartnerHooks(portal.auth()))
    await client.get(url, { fetch: theirs })
    await client.get(url)
    expect(theirs).toHaveBeenCalledOnce()
    expect(portal.received.map(({ headers }) => headers.authorization)).toEqual(
      Array(2).fill('Bearer token-1'),
    )
  })

  it("gets ky's own arguments for a URL that is not covered", async () => {
    const made: Request[] = []
    const client = ky.extend(cloudPartnerHooks(portal.auth())).extend({
      hooks: { beforeRequest: [({ request }) => void made.push(request)] },
      retry: 0,
      fetch: async (input, init) => {
        expect(input).toBe(made[0])
        expect(init).toEqual({})
        return new Response(await (input as Request).text())
      },
    })
    expect(await client.put('https://elsewhere.example/', { json: {} }).text()).toBe('{}')
    expect(made).toHaveLength(1)
  })
})

describe('errors', () => {
  it('are ours when no token can be had: at once, as they are, with nothing sent', async () => {
    const options = denied()
    const beforeRetry = vi.fn()
    const client = ky.extend(cloudPartnerHooks(portal.auth(options)))
    const error = await client
      .get(url, { retry: { limit: 5, delay: () => 0 }, hooks: { beforeRetry: [beforeRetry] } })
      .catch(error => error)
    expect(isCloudPartnerAuthError(error)).toBe(true)
    expect(error.code).toBe('authority_refused')
    expect(beforeRetry).not.toHaveBeenCalled()
    expect(options.credential.acquire).toHaveBeenCalledOnce()
    expect(portal.received).toEqual([])
  })

  it.each([{ retry: 0 }, {}])("are ky's when the API refuses for ever, with %o", async options => {
    portal.answer((_, response) =>
      response
        .writeHead(401, { 'content-type': 'application/json' })
        .end('{"code":"Unauthorized"}'),
    )
    const client = ky.extend(cloudPartnerHooks(portal.auth()))
    const error = await client.put(url, { json: {}, ...options }).catch(error => error)
    expect(error).toBeInstanceOf(HTTPError)
    expect(error.response.status).toBe(401)
    expect(error.data).toEqual({ code: 'Unauthorized' })
    expect(error.request.bodyUsed).toBe(true)
    expect(portal.received).toHaveLength(2)
  })

  it('are a time-out when the token takes too long', async () => {
    const client = ky.extend(cloudPartnerHooks(portal.auth(waiting())))
    await expect(client.get(url, { timeout: 20 })).rejects.toThrow(TimeoutError)
    await expect(client.get(url, { timeout: false, totalTimeout: 20 })).rejects.toThrow(
      TimeoutError,
    )
    expect(portal.received).toEqual([])
  })

  it('are the abort of a caller who waits no longer', async () => {
    const client = ky.extend(cloudPartnerHooks(portal.auth(waiting())))
    const reason = new Error('enough')
    const abort = new AbortController()
    const sending = client.get(url, { signal: abort.signal })
    abort.abort(reason)
    await expect(sending).rejects.toBe(reason)
    expect(portal.received).toEqual([])
  })

  it('show no token', async () => {
    const client = ky.extend(cloudPartnerHooks(portal.auth()))
    const errors: unknown[] = []
    portal.answer((_, response) => response.writeHead(401).end('no'))
    errors.push(await client.put(url, { json: {} }).catch(error => error))
    portal.answer((_, response) => response.socket?.resetAndDestroy())
    errors.push(await client.put(url, { json: {}, retry: 0 }).catch(error => error))
    portal.answer(() => undefined)
    errors.push(await client.put(url, { json: {}, timeout: 50 }).catch(error => error))
    expect(errors.map(error => (error as Error).name)).toEqual([
      'HTTPError',
      'NetworkError',
      'TimeoutError',
    ])
    for (const error of errors) {
      const shown = inspect(error, { depth: 20, showHidden: true, getters: true })
      expect(shown + JSON.stringify(error)).not.toMatch(/token-\d/)
    }
    for (const { headers } of portal.received) expect(headers.authorization).toMatch(/token-\d/)
  })
})

it('adds one token and resends once, however often it was installed', async () => {
  portal.answer((_, response) => response.writeHead(401).end('no'))
  const auth = portal.auth()
  const client = ky.extend(cloudPartnerHooks(auth)).extend(cloudPartnerHooks(auth))
  const error = await client.put(url, { json: { a: 1 } }).catch(error => error)
  expect(isHTTPError(error) && error.data).toBe('no')
  expect(portal.received).toHaveLength(2)
  for (const { url, body, headers } of portal.received) {
    expect([url, body]).toEqual(['/api/x?api-version=2017-10-31', '{"a":1}'])
    expect(headers.authorization).toMatch(/^Bearer token-\d$/)
    expect(headers['content-length']).toBe('7')
  }
})

describe('ky 1', () => {
  it('is told what to do, at once and with nothing sent', async () => {
    const beforeRetry = vi.fn()
    const hooks = cloudPartnerHooks(portal.auth()) as object
    const client = ky1.extend(hooks).extend({ hooks: { beforeRetry: [beforeRetry] } })
    for (const sending of [client.get(url), client.get(url, { retry: 5 }), client.put(url)]) {
      const error = await sending.catch(error => error)
      expect(error).toBeInstanceOf(TypeError)
      expect(error.message).toContain('ky.extend({ fetch: cloudPartnerFetch(auth) })')
    }
    expect(beforeRetry).not.toHaveBeenCalled()
    expect(portal.received).toEqual([])
  })

  it('works with the wrapper of fetch', async () => {
    portal.refuseFirst()
    const client = ky1.extend({ fetch: cloudPartnerFetch(portal.auth()) })
    expect(await client.get(url, { searchParams: { a: '1' } }).text()).toBe('ok')
    expect(await client.post(url, { json: { a: 1 } }).text()).toBe('ok')
    expect(portal.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/x?a=1&api-version=2017-10-31',
      'GET /api/x?a=1&api-version=2017-10-31',
      'POST /api/x?api-version=2017-10-31',
    ])
  })
})
