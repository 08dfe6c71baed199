import type { RequestListener } from 'node:http'
import { authFor, loopback, tokens } from '@cloud-partner-auth/contract'
import { describe, expect, it } from 'vitest'
import { cloudPartnerHooks } from '../src/index.ts'
import { gotMajors } from './got-majors.ts'

const keepable: RequestListener = (_request, response) => {
  response.writeHead(200, { 'cache-control': 'public, max-age=60', vary: 'accept' }).end('{}')
}

// By itself too, got 11 keeps an answer and does not deliver it in the Node of today.
const bareCaching = gotMajors.filter(({ major }) => major > 11)

describe.each(gotMajors)('the cache in got $major', ({ got }) => {
  it('is left alone by a request with a token, which keeps the option', async () => {
    await using portal = await loopback(keepable)
    const cache = new Map()
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])), { cache })
    for (const response of [await client(portal.origin), await client(portal.origin)]) {
      expect(response.isFromCache).toBe(false)
      expect(response.request.options.cache).toBe(cache)
    }
    expect(cache.size).toBe(0)
    expect(portal.received).toHaveLength(2)
  })

  it('is left alone by a stream with a token', async () => {
    await using portal = await loopback(keepable)
    const cache = new Map()
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])), { cache })
    for (let sent = 0; sent < 2; sent++) await client.stream(portal.origin).resume().toArray()
    expect(cache.size).toBe(0)
    expect(portal.authorizations()).toEqual(['Bearer canary-1', 'Bearer canary-1'])
  })
})

describe.each(bareCaching)('the cache in got $major', ({ got }) => {
  it('answers other requests as it does without the hooks', async () => {
    await using portal = await loopback()
    await using other = await loopback(keepable)
    const cache = new Map()
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])), { cache })
    expect((await client(other.origin)).isFromCache).toBe(false)
    expect((await client(other.origin)).isFromCache).toBe(true)
  })

  it('answers the hop of a redirect that leaves for another origin', async () => {
    await using other = await loopback(keepable)
    await using portal = await loopback((_request, response) =>
      response.writeHead(302, { location: other.origin }).end(),
    )
    const cache = new Map()
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])), { cache })
    expect((await client(portal.origin)).isFromCache).toBe(false)
    expect((await client(portal.origin)).isFromCache).toBe(true)
    expect(portal.received).toHaveLength(2)
    expect(other.received).toHaveLength(1)
  })

  it('gives nothing that was answered without a token to a request with one', async () => {
    await using portal = await loopback(keepable)
    const cache = new Map()
    const url = `${portal.origin}/?api-version=1`
    await got(url, { cache })
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])), { cache })
    expect((await client(url)).isFromCache).toBe(false)
    expect(portal.authorizations()).toEqual([undefined, 'Bearer canary-1'])
  })
})
