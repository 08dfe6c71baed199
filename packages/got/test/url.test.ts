import { type ClientRequest, type RequestOptions, request } from 'node:http'
import { authFor, loopback, tokens } from '@cloud-partner-auth/contract'
import { describe, expect, it } from 'vitest'
import { cloudPartnerHooks } from '../src/index.ts'
import { gotMajors } from './got-majors.ts'

const version = 'api-version=2017-10-31'

describe.each(gotMajors)('the URL in got $major', ({ major, got }) => {
  it.each([
    ['/a', `/a?${version}`],
    ['/a?', `/a?${version}`],
    ['/a?b=%20+c&flag&d=e,f:g~()&b=%C3%BC#h', `/a?b=%20+c&flag&d=e,f:g~()&b=%C3%BC&${version}`],
    ['/a?API-Version=1&&b', '/a?API-Version=1&&b'],
  ])('gets the version and keeps every other byte (%s)', async (path, sent) => {
    await using portal = await loopback()
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])))
    await client(portal.origin + path)
    await client(new URL(portal.origin + path))
    expect(portal.received.map(({ url }) => url)).toEqual([sent, sent])
  })

  it('gets the version once, however often the client retries', async () => {
    await using portal = await loopback((_request, response) => response.writeHead(503).end())
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])))
    await client(`${portal.origin}/a`, {
      searchParams: { b: 'c d' },
      retry: { limit: 2, calculateDelay: ({ computedValue }) => Math.min(computedValue, 1) },
      throwHttpErrors: false,
    })
    expect(portal.received.map(({ url }) => url)).toEqual(Array(3).fill(`/a?b=c+d&${version}`))
  })

  it('gets the version once, whatever options the next page is made of', async () => {
    await using portal = await loopback((_request, response) => response.end('[1]'))
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])))
    const pages = ['/b?skip=%201', { skip: 2 }, '/d']
    const items = await client.paginate.all<number>(`${portal.origin}/a`, {
      responseType: 'json',
      pagination: {
        transform: ({ body }) => body as number[],
        paginate({ response }) {
          const next = pages.shift()
          if (next === undefined) return false
          if (typeof next === 'object') return { searchParams: next }
          const url = new URL(next, portal.origin)
          if (major === 11) return { url, searchParams: undefined }
          const { options } = response.request
          options.url = url
          return options
        },
      },
    })
    expect(items).toEqual([1, 1, 1, 1])
    const [first, second, third, fourth] = portal.received.map(({ url }) => url)
    expect(first).toBe(`/a?${version}`)
    expect(second).toBe(`/b?skip=%201&${version}`)
    expect(third?.match(/api-version/g)).toHaveLength(1)
    expect(fourth).toBe(`/d?${version}`)
    expect(new Set(portal.authorizations())).toEqual(new Set(['Bearer canary-1']))
  })

  it("is changed for the sending only, and nothing else of the caller's is", async () => {
    await using portal = await loopback()
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])))
    const url = new URL(`${portal.origin}/a?b=%20`)
    const options = {
      headers: { 'x-own': '1' },
      context: { own: true },
      hooks: { beforeRequest: [], afterResponse: [], beforeError: [] },
      retry: { limit: 1 },
      timeout: { request: 10_000 },
    }
    const before = structuredClone(options)
    await client(url, options)
    await client(url, options)
    expect(url.href).toBe(`${portal.origin}/a?b=%20`)
    expect(options).toEqual(before)
    expect(portal.authorizations()).toEqual(['Bearer canary-1', 'Bearer canary-1'])
  })

  it("is what the caller's own request function gets, with the token, and may leave to got", async () => {
    await using portal = await loopback()
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])))
    const calls: unknown[] = []
    const own = (url: URL, options: RequestOptions) => {
      calls.push(url.search, options.headers)
      if (url.pathname === '/a') return request(url, options)
      return undefined as unknown as ClientRequest // as got allows
    }
    const later = async (url: URL, options: RequestOptions) => own(url, options)
    for (const path of ['/a', '/b'])
      for (const way of [own, later])
        await client(portal.origin + path, { request: way, headers: {} })
    expect(calls.filter(call => call === `?${version}`)).toHaveLength(4)
    expect(portal.authorizations()).toEqual(Array(4).fill('Bearer canary-1'))
  })
})
