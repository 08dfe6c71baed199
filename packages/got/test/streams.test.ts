import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { authFor, loopback, taking, tokens } from '@cloud-partner-auth/contract'
import type { Request } from 'got'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cloudPartnerHooks } from '../src/index.ts'
import { gotMajors } from './got-majors.ts'

describe.each(gotMajors)('a stream of got $major', ({ got }) => {
  async function portalWithTokens() {
    const credential = tokens()
    const portal = await loopback(taking(credential))
    onTestFinished(() => portal.close())
    const auth = authFor(credential, [portal])
    const client = got.extend(cloudPartnerHooks(auth))
    return { portal, credential, client, url: `${portal.origin}/a` }
  }

  it('carries token and version, up and down', async () => {
    const { portal, client, url } = await portalWithTokens()
    expect(await text(client.stream(url))).toBe('{"ok":true}')
    const upload = client.stream.post(url)
    upload.write('one ')
    upload.end('two')
    expect(await text(upload)).toBe('{"ok":true}')
    expect(portal.received.map(({ url, body }) => [url, body])).toEqual([
      ['/a?api-version=2017-10-31', ''],
      ['/a?api-version=2017-10-31', 'one two'],
    ])
    expect(portal.authorizations()).toEqual(['Bearer canary-1', 'Bearer canary-1'])
  })

  it.each([true, false])(
    'gets its 401, and the next request a new token (throwHttpErrors: %s)',
    async throwHttpErrors => {
      const { portal, credential, client, url } = await portalWithTokens()
      await client(url)
      credential.revoke()
      const stream = client.stream(url, { throwHttpErrors })
      if (throwHttpErrors) {
        const error = await text(stream).catch(error => error)
        expect(error).toMatchObject({ name: 'HTTPError', response: { statusCode: 401 } })
      } else {
        expect(await text(stream)).toBe('{"error":"token"}')
      }
      expect(portal.received).toHaveLength(2)
      await expect.poll(credential.newest).toBe('canary-2')
      expect(await text(client.stream(url))).toBe('{"ok":true}')
      expect(portal.authorizations()).toEqual([
        'Bearer canary-1',
        'Bearer canary-1',
        'Bearer canary-2',
      ])
    },
  )

  it('that the caller retries is judged anew', async () => {
    const credential = tokens()
    await using portal = await loopback((_request, response) =>
      response.writeHead(portal.received.length === 1 ? 503 : 200).end('done'),
    )
    const client = got.extend(cloudPartnerHooks(authFor(credential, [portal])), {
      retry: { limit: 1, calculateDelay: ({ computedValue }) => Math.min(computedValue, 1) },
    })
    const retried = await new Promise<Request>((resolve, reject) => {
      const first = client.stream(`${portal.origin}/a`)
      first.once('error', reject)
      // Got 11 hands out nothing to go on with: one begins a stream of one's own.
      first.once('retry', (_count, _error, again) =>
        resolve(again?.() ?? client.stream(`${portal.origin}/a`)),
      )
    })
    expect(await text(retried)).toBe('done')
    expect(portal.received.map(({ url }) => url)).toEqual(
      Array(2).fill('/a?api-version=2017-10-31'),
    )
    expect(portal.authorizations()).toEqual(['Bearer canary-1', 'Bearer canary-1'])
  })

  it('ends with a typed error where no token can be had, nothing having been sent', async () => {
    const lasting = Object.assign(new Error('no'), { retryable: false })
    await using portal = await loopback()
    const auth = authFor({ acquire: () => Promise.reject(lasting) }, [portal])
    const client = got.extend(cloudPartnerHooks(auth))
    const down = () => client.stream(portal.origin)
    const up = () => client.stream.post(portal.origin, { body: Readable.from(['a']) })
    for (const begin of [down, up]) {
      const error = await text(begin()).catch(error => error)
      expect(error).toMatchObject({ name: 'CloudPartnerAuthError', code: 'credential_failed' })
    }
    expect(portal.received).toEqual([])
  })
})
