import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http'
import { Readable } from 'node:stream'
import { authFor, loopback, taking, tirelessAuth, tokens } from '@cloud-partner-auth/contract'
import type { TokenEvent } from '@cloud-partner-auth/core'
import type { OptionsInit, RetryOptions } from 'got'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cloudPartnerHooks } from '../src/index.ts'
import { gotMajors } from './got-majors.ts'

const twoTokens = ['Bearer canary-1', 'Bearer canary-2']

describe.each(gotMajors)('a refused token in got $major', ({ major, got }) => {
  async function refused(answer?: Parameters<typeof taking>[1]) {
    const credential = tokens()
    const events: TokenEvent[] = []
    const portal = await loopback(taking(credential, answer))
    onTestFinished(() => portal.close())
    const auth = authFor(credential, [portal], { observe: event => events.push(event) })
    await auth.covering(portal.origin)?.source.get()
    credential.revoke()
    return { portal, credential, events, auth, url: `${portal.origin}/a` }
  }

  const bodies: [string, () => OptionsInit, string][] = [
    ['json', () => ({ json: { a: ['ü', 1] } }), '{"a":["ü",1]}'],
    ['form', () => ({ form: { a: 'b c' } }), 'a=b+c'],
    ['a string', () => ({ body: 'text ✓' }), 'text ✓'],
    ['a Buffer', () => ({ body: Buffer.from('bytes ✓') }), 'bytes ✓'],
  ]
  it.each(bodies)('is replaced, and the request sent again with %s', async (_, body, sent) => {
    const { portal, auth, url } = await refused()
    const client = got.extend(cloudPartnerHooks(auth))
    expect(await client.post(url, body()).json()).toEqual({ ok: true })
    expect(portal.authorizations()).toEqual(twoTokens)
    expect(portal.received.map(({ body }) => body)).toEqual([sent, sent])
    expect(portal.received[1]?.headers['content-length']).toBe(`${Buffer.byteLength(sent)}`)
  })

  it('comes back as the 401 where the body is a stream, and the next request works', async () => {
    const { portal, auth, url, events } = await refused()
    const client = got.extend(cloudPartnerHooks(auth), { throwHttpErrors: false })
    const response = await client.post(url, { body: Readable.from([Buffer.from('once')]) })
    expect(response.statusCode).toBe(401)
    expect(response.body).toBe('{"error":"token"}')
    expect(portal.received.map(({ body }) => body)).toEqual(['once'])
    expect(events).toContainEqual(expect.objectContaining({ why: 'body_not_replayable' }))
    expect((await client(url)).statusCode).toBe(200)
  })

  it.each([true, false])(
    'is replaced once, then the 401 is final (throwHttpErrors: %s)',
    async throwHttpErrors => {
      await using portal = await loopback((_request, response) => response.writeHead(401).end('no'))
      const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])), { throwHttpErrors })
      const answer = client(portal.origin).catch(error => error.response)
      expect(await answer).toMatchObject({ statusCode: 401, body: 'no' })
      expect(portal.authorizations()).toEqual(twoTokens)
    },
  )

  it.each(['before', 'after'])(
    'shows in no hook of the caller that was installed %s, nor does what replaces it',
    async when => {
      const { auth, url } = await refused()
      const seen: unknown[] = []
      const own: OptionsInit = {
        hooks: {
          beforeRequest: [
            ({ headers, url }) => {
              seen.push(headers['authorization'], url?.search)
            },
          ],
          afterResponse: [
            response => {
              seen.push(response.statusCode)
              return response
            },
          ],
        },
      }
      const ours = cloudPartnerHooks(auth)
      const client = when === 'before' ? got.extend(own, ours) : got.extend(ours, own)
      await client(url)
      expect(seen).toEqual([undefined, '', undefined, '?api-version=2017-10-31', 200])
    },
  )

  it.each<[string, Partial<RetryOptions>]>([
    ['limit: 0', { limit: 0 }],
    ['calculateDelay: () => 0', { calculateDelay: () => 0 }],
    ['methods: []', { methods: [] }],
  ])('is replaced whatever the retry of the caller is (%s)', async (_, retry) => {
    const { portal, auth, url } = await refused()
    await got.extend(cloudPartnerHooks(auth))(url, { retry })
    expect(portal.authorizations()).toEqual(twoTokens)
  })

  it("spends none of the caller's retries, and leaves them to the caller's own rules", async () => {
    let failures = 0
    const { portal, auth, url } = await refused((_request, response) => {
      response.writeHead(failures++ < 2 ? 503 : 200).end()
    })
    const attempts: number[] = []
    const client = got.extend(cloudPartnerHooks(auth), {
      retry: {
        limit: 2,
        calculateDelay({ attemptCount, computedValue }) {
          attempts.push(attemptCount)
          return Math.min(computedValue, 1)
        },
      },
    })
    const { retryCount } = await client(url)
    expect(portal.authorizations()).toEqual([...twoTokens, 'Bearer canary-2', 'Bearer canary-2'])
    expect(attempts).toEqual([1, 2])
    expect(retryCount).toBe(2)
  })

  it('is replaced in each attempt of the client, not only in the first', async () => {
    const answers = [401, 503, 401, 200]
    await using portal = await loopback((_request, response) => {
      response.writeHead(answers.shift() ?? 500).end()
    })
    const client = got.extend(cloudPartnerHooks(tirelessAuth()), {
      retry: { limit: 1, calculateDelay: ({ computedValue }) => Math.min(computedValue, 1) },
    })
    expect((await client(portal.origin)).statusCode).toBe(200)
    expect(portal.authorizations()).toEqual([...twoTokens, 'Bearer canary-2', 'Bearer canary-3'])
  })

  it("is replaced where the caller's own request function hands out the answer itself", async () => {
    const { portal, auth, url } = await refused()
    const own = async (url: URL, options: RequestOptions) => {
      const answer = await new Promise<IncomingMessage>(resolve =>
        request(url, options, resolve).end(),
      )
      return answer as unknown as ClientRequest // as got allows
    }
    const { statusCode } = await got.extend(cloudPartnerHooks(auth))(url, { request: own })
    expect(statusCode).toBe(200)
    expect(portal.authorizations()).toEqual(twoTokens)
  })

  it('is replaced where the client retries what failed before it was sent', async () => {
    const { portal, auth, url } = await refused()
    let asked = 0
    const cookieJar = {
      async getCookieString() {
        // Got 16 asks once more after its hooks.
        if (++asked === 2) throw Object.assign(new Error('no cookies'), { code: 'ECONNRESET' })
        return ''
      },
      async setCookie() {},
    }
    const client = got.extend(cloudPartnerHooks(auth), {
      cookieJar,
      retry: { calculateDelay: ({ computedValue }) => Math.min(computedValue, 1) },
    })
    const response = await client(url)
    expect(portal.authorizations()).toEqual(twoTokens)
    expect(response.request.options.request).toBeUndefined()
  })

  it('is replaced once where the hooks are installed twice', async () => {
    const { portal, auth, url } = await refused()
    const hooks = cloudPartnerHooks(auth)
    const client = got.extend(hooks).extend(hooks).extend(cloudPartnerHooks(auth))
    await client(url)
    expect(portal.authorizations()).toEqual(twoTokens)
  })

  it('is replaced where the token went through redirects', async () => {
    const credential = tokens()
    await using portal = await loopback((request, response) =>
      request.url?.startsWith('/a')
        ? response.writeHead(307, { location: '/b?c=%20+d' }).end()
        : taking(credential)(request, response),
    )
    const auth = authFor(credential, [portal])
    const client = got.extend(cloudPartnerHooks(auth))
    await auth.covering(portal.origin)?.source.get()
    credential.revoke()
    await client.post(`${portal.origin}/a`, { json: { a: 1 }, searchParams: { s: 1 } })
    expect(portal.received.map(({ url }) => url)).toEqual([
      '/a?s=1&api-version=2017-10-31',
      '/b?c=%20+d',
      '/b?c=%20+d',
    ])
  })

  it(`runs the caller's beforeRetry hooks ${major === 11 ? 'without' : 'with'} an error, as any retry of an answer`, async () => {
    const { auth, url } = await refused()
    const errors: unknown[] = []
    const hook = (...[first, second]: unknown[]) => {
      errors.push(major === 11 ? second : first)
    }
    await got.extend(cloudPartnerHooks(auth), { hooks: { beforeRetry: [hook] } })(url)
    expect(errors).toEqual(
      major === 11 ? [undefined] : [expect.objectContaining({ name: 'RetryError' })],
    )
  })
})
