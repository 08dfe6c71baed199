import { authFor, loopback, taking, tokens } from '@cloud-partner-auth/contract'
import { isCloudPartnerAuthError } from '@cloud-partner-auth/core'
import type { BeforeRequestHook, OptionsInit, OptionsOfTextResponseBody } from 'got'
import { describe, expect, it } from 'vitest'
import { cloudPartnerHooks } from '../src/index.ts'
import { gotMajors } from './got-majors.ts'
import { expectNoToken, expectNoTokenAround } from './no-token.ts'

// What kind of body the types promise makes no difference here.
const asText = (options: OptionsInit) => options as unknown as OptionsOfTextResponseBody

describe.each(gotMajors)('in got $major', ({ major, got }) => {
  describe('no token shows', () => {
    it.each<[string, OptionsInit]>([
      ['an answer', {}],
      ['an answer that was compressed', { headers: { 'accept-encoding': 'gzip' } }],
      ['an answer of 500', { throwHttpErrors: false, searchParams: { status: 500 } }],
    ])('in %s', async (_, options) => {
      const credential = tokens()
      await using portal = await loopback(
        taking(credential, ({ url }, response) =>
          response.writeHead(url?.includes('500') ? 500 : 200).end('{}'),
        ),
      )
      const auth = authFor(credential, [portal])
      await auth.covering(portal.origin)?.source.get()
      credential.revoke()
      const client = got.extend(cloudPartnerHooks(auth), { retry: { limit: 0 } })
      const response = await client(portal.origin, asText(options))
      expectNoToken(response)
      expectNoToken(response.request)
      expect(response.request.options.headers).not.toHaveProperty('authorization')
      expect(response.request.options.request).toBeUndefined()
    })

    it.each<[string, string, OptionsInit]>([
      ['an HTTP error', 'HTTPError', { searchParams: { do: 'fail' } }],
      [
        'an error in parsing',
        'ParseError',
        { searchParams: { do: 'garble' }, responseType: 'json' },
      ],
      ['a reset', 'RequestError', { searchParams: { do: 'reset' } }],
      ['a time-out', 'TimeoutError', { searchParams: { do: 'wait' }, timeout: { request: 60 } }],
      ['a redirect without end', 'MaxRedirectsError', { searchParams: { do: 'redirect' } }],
      ['a request that Node does not make', 'RequestError', { headers: { own: 'a\nb' } }],
    ])('in %s', async (_, name, options) => {
      await using portal = await loopback((request, response) => {
        const what = /do=(\w+)/.exec(request.url ?? '')?.[1]
        if (what === 'reset') request.socket.resetAndDestroy()
        else if (what === 'redirect') response.writeHead(302, { location: '/?do=redirect' }).end()
        else if (what === 'fail') response.writeHead(500).end()
        else if (what !== 'wait') response.end('{')
      })
      const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])), {
        retry: { limit: 0 },
      })
      const error = await client(portal.origin, asText(options)).catch(error => error)
      expect(error.name).toBe(name)
      expectNoTokenAround(error)
      expect(error.options.headers).not.toHaveProperty('authorization')
      expect(error.options.request).toBeUndefined()
    })

    it('in the error of a request that is given up while the API works on it', async () => {
      await using portal = await loopback(() => {})
      const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])))
      const controller = new AbortController()
      const sent =
        major === 11 ? client(portal.origin) : client(portal.origin, { signal: controller.signal })
      await portal.arrived(1)
      if (major === 11) (sent as unknown as { cancel(): void }).cancel()
      else controller.abort()
      const error = await sent.catch(error => error)
      expect(error.name).toBe(major === 11 ? 'CancelError' : 'AbortError')
      expectNoTokenAround(error)
    })
  })

  describe('where no token can be had', () => {
    it.each<[string, OptionsInit]>([
      ['alone', {}],
      ['and the client retries everything', { retry: { limit: 3, calculateDelay: () => 1 } }],
      ['and the client has a cache', { cache: new Map() }],
      ['and the client has its own request function', { request: () => undefined }],
    ])('a request fails at once with the typed error, unsent (%s)', async (_, options) => {
      let asked = 0
      await using portal = await loopback()
      const credential = {
        acquire() {
          asked++
          return Promise.reject(Object.assign(new Error('no'), { retryable: false }))
        },
      }
      const client = got.extend(cloudPartnerHooks(authFor(credential, [portal])))
      const error = await client(portal.origin, asText(options)).catch(error => error)
      expect(isCloudPartnerAuthError(error)).toBe(true)
      expect(error).toMatchObject({ code: 'credential_failed', retryable: false })
      expect(error.message).toMatch(/^\[credential_failed\] /)
      expect(isCloudPartnerAuthError(error.cause)).toBe(true)
      expect(error.constructor.name).toBe('RequestError')
      expect(error.options.request).toBe(options.request)
      if (options.retry)
        expect(error.options.retry.calculateDelay).toBe(options.retry.calculateDelay)
      expect(asked).toBe(1)
      expect(portal.received).toEqual([])
    })
  })

  it("the caller's own Authorization is left alone, in whatever way it is set", async () => {
    await using portal = await loopback((_request, response) => response.writeHead(401).end())
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])), {
      throwHttpErrors: false,
    })
    for (const headers of [{ authorization: 'Own 1' }, { AUTHORIZATION: 'Own 1' }])
      await client(portal.origin, { headers })
    await client(portal.origin, { username: 'me', password: 'x' })
    await client(portal.origin.replace('//', '//me:x@'))
    const hooks = {
      beforeRequest: [
        ({ headers }: { headers: Record<string, unknown> }) => {
          headers['Authorization'] = 'Own 1'
        },
      ],
    }
    await got.extend({ hooks }, client)(portal.origin)
    await client.extend({ hooks })(portal.origin)
    const basic = `Basic ${btoa('me:x')}`
    expect(portal.authorizations()).toEqual(['Own 1', 'Own 1', basic, basic, 'Own 1', 'Own 1'])
  })
})

// Earlier ones delete such a header before any hook runs.
describe.each(gotMajors.filter(({ major }) => major >= 15))('in got $major', ({ got }) => {
  it("the caller's own Authorization is left alone where got does not call it explicit", async () => {
    await using portal = await loopback()
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])))
    const own: BeforeRequestHook = options => options.setInternalHeader('authorization', 'Own 1')
    await client(portal.origin, { hooks: { beforeRequest: [own] } })
    expect(portal.authorizations()).toEqual(['Own 1'])
  })

  it('an explicit undefined keeps the token off', async () => {
    await using portal = await loopback()
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])))
    await client(portal.origin, { headers: { authorization: undefined } })
    expect(portal.authorizations()).toEqual([undefined])
  })
})
