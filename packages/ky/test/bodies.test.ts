import { type Portal, type Received, startPortal } from '@cloud-partner-auth/contract'
import ky, { type Options, replaceOption } from 'ky'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cloudPartnerHooks } from '../src/index.ts'

let portal: Portal
let url: string
beforeEach(async () => {
  portal = await startPortal()
  url = `${portal.origin}/api/x`
})
afterEach(() => portal[Symbol.asyncDispose]())

const retry = { limit: 2, delay: () => 0, statusCodes: [503] }
const versioned = '/api/x?api-version=2017-10-31'
const own = () => portal.received.at(-1)?.body

function form(): FormData {
  const form = new FormData()
  form.append('name', 'value')
  form.append('file', new File(['content'], 'name.txt', { type: 'text/plain' }))
  return form
}

describe('a body in memory', () => {
  const bodies: [string, () => Options][] = [
    ['json', () => ({ json: { a: 'ü' } })],
    ['json with a stringifyJson', () => ({ json: { a: 1 }, stringifyJson: () => '{"mine":1}' })],
    [
      'json with a type of its own',
      () => ({ json: {}, headers: { 'content-type': 'application/merge-patch+json' } }),
    ],
    ['a string', () => ({ body: 'text' })],
    ['an empty string', () => ({ body: '' })],
    ['URLSearchParams', () => ({ body: new URLSearchParams({ a: '1 2' }) })],
    ['a Buffer', () => ({ body: Buffer.from('buffer') })],
    ['a Blob', () => ({ body: new Blob(['blob'], { type: 'x/y' }) })],
    ['a form with a file', () => ({ body: form() })],
    ['1 MB', () => ({ body: 'x'.repeat(1_000_000) })],
    ['searchParams', () => ({ json: {}, searchParams: { a: '1 2' } })],
    ['ten attempts allowed', () => ({ json: {}, retry: 10 })],
    ['none allowed', () => ({ json: {}, retry: 0 })],
  ]

  it.each(bodies)('arrives as without us and can be sent again: %s', async (_, options) => {
    portal.refuseFirst()
    await ky.put(url, { ...options(), throwHttpErrors: false })
    const response = await ky.extend(cloudPartnerHooks(portal.auth())).put(url, options())
    expect(response.status).toBe(200)

    const [bare, ...ours] = await Promise.all(portal.received.map(content))
    expect(ours).toHaveLength(2)
    for (const each of ours) expect(each).toEqual(bare)
    for (const { headers } of portal.received) {
      expect(headers['content-length']).toEqual(expect.any(String))
      expect(headers['transfer-encoding']).toBeUndefined()
    }
    expect(portal.received.slice(1).map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ])
  })

  it('is turned into text once', async () => {
    portal.refuseFirst()
    const stringifyJson = vi.fn(() => '{}')
    await ky.extend(cloudPartnerHooks(portal.auth())).put(url, { json: {}, stringifyJson })
    expect(portal.received).toHaveLength(2)
    expect(stringifyJson).toHaveBeenCalledOnce()
  })

  it('is the one given, whatever the caller does with it meanwhile', async () => {
    portal.refuseFirst()
    const body = Buffer.from('given')
    const json = { a: 'given' }
    const client = ky.extend(cloudPartnerHooks(portal.auth()))
    const sending = [client.put(url, { body }), client.put(url, { json })]
    body.fill('-')
    json.a = '-'
    await Promise.all(sending)
    for (const { body } of portal.received) expect(body).toContain('given')
  })

  it("stays one in each of ky's own attempts", async () => {
    portal.refuseFirst()
    let busy = 2
    portal.answer(({ headers }, response) => {
      if (headers.authorization === 'Bearer token-1' || busy-- <= 0) return false
      return response.writeHead(503).end()
    })
    const client = ky.extend(cloudPartnerHooks(portal.auth()))
    const response = await client.put(url, { json: { a: 1 }, retry })
    expect(response.status).toBe(200)
    expect(portal.received).toHaveLength(4)
    for (const { body, headers, url } of portal.received) {
      expect([url, body, headers['content-length']]).toEqual([versioned, '{"a":1}', '7'])
    }
  })

  it('arrives whole after a time-out, for which ky makes another Request', async () => {
    let late = 1
    portal.answer(() => late-- > 0)
    const client = ky.extend(cloudPartnerHooks(portal.auth()))
    const again = { ...retry, retryOnTimeout: true }
    await client.put(url, { json: { a: 1 }, timeout: 2_000, retry: again })
    expect(portal.received.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}'])
  })

  it('may be changed by an init hook, before ours or after', async () => {
    portal.refuseFirst()
    const change = (options: Options) => {
      options.json = { changed: true }
    }
    const ours = () => cloudPartnerHooks(portal.auth())
    const changing = { hooks: { init: [change] } }
    for (const client of [ky.extend(changing).extend(ours()), ky.extend(ours()).extend(changing)]) {
      await client.put(url, { json: {} })
      expect(own()).toBe('{"changed":true}')
    }
    expect(portal.received).toHaveLength(4)
  })
})

describe("a Request of the user's", () => {
  const other = (request: Request) =>
    new Request(`${url}?theirs`, {
      method: request.method,
      headers: request.headers,
      body: 'theirs',
    })
  const installed: [string, (options: Options) => typeof ky][] = [
    ['before ours', options => ky.extend(options).extend(cloudPartnerHooks(portal.auth()))],
    ['after ours', options => ky.extend(cloudPartnerHooks(portal.auth())).extend(options)],
  ]

  describe.each(installed)('from a hook installed %s', (_, client) => {
    it('is what beforeRequest makes of it', async () => {
      const beforeRequest = [({ request }: { request: Request }) => other(request)]
      await client({ hooks: { beforeRequest } }).put(url, { json: { a: 1 } })
      expect(portal.received).toMatchObject([
        { url: `/api/x?theirs&api-version=2017-10-31`, body: 'theirs' },
      ])
      expect(portal.received[0]?.headers).toMatchObject({
        'content-type': 'application/json',
        authorization: 'Bearer token-1',
      })
    })

    it('is what beforeRetry makes of it, in later attempts too', async () => {
      let busy = 2
      portal.answer((_, response) => busy-- > 0 && response.writeHead(503).end())
      let first = true
      const beforeRetry = [
        ({ request }: { request: Request }) => {
          if (!first) return
          first = false
          return other(request)
        },
      ]
      await client({ hooks: { beforeRetry } }).put(url, { json: { a: 1 }, retry })
      expect(portal.received.map(({ body }) => body)).toEqual(['{"a":1}', 'theirs', 'theirs'])
    })

    it('is what ky.retry() is given', async () => {
      const afterResponse = [
        ({ request, retryCount }: { request: Request; retryCount: number }) =>
          retryCount === 0 ? ky.retry({ request: other(request), delay: 0 }) : undefined,
      ]
      await client({ hooks: { afterResponse } }).put(url, { json: { a: 1 }, retry })
      expect(portal.received.map(({ body }) => body)).toEqual(['{"a":1}', 'theirs'])
    })

    it('keeps the headers that beforeRequest set and lacks those it took away', async () => {
      portal.refuseFirst()
      const beforeRequest = [
        ({ request }: { request: Request }) => {
          request.headers.set('x-theirs', '1')
          request.headers.delete('content-type')
        },
      ]
      const send = client({ hooks: { beforeRequest } })
      await send.put(url, { body: 'text', throwHttpErrors: false })
      expect(portal.received[0]?.headers).toMatchObject({ 'x-theirs': '1' })
      expect(portal.received[0]?.headers).not.toHaveProperty('content-type')
      expect(own()).toBe('text')
    })
  })

  it('given to ky is sent whole, once', async () => {
    portal.refuseFirst()
    const client = ky.extend(cloudPartnerHooks(portal.auth()))
    const given = () => new Request(url, { method: 'PUT', body: 'text' })
    expect((await client(given(), { throwHttpErrors: false })).status).toBe(401)
    expect((await client(given())).status).toBe(200)
    expect(portal.received.map(({ body }) => body)).toEqual(['text', 'text'])
  })

  it('keeps the type of a form that beforeRequest gave it', async () => {
    const beforeRequest = [
      ({ request }: { request: Request }) => request.headers.set('content-type', 'x/y'),
    ]
    const client = ky.extend(cloudPartnerHooks(portal.auth()))
    await client.extend({ hooks: { beforeRequest } }).put(url, { body: form() })
    expect(portal.received[0]?.headers['content-type']).toBe('x/y')
    expect(own()).toContain('content')
  })
})

describe('a stream', () => {
  it.each<[string, () => Options]>([
    ['as body', () => ({ body: new Blob(['text']).stream() })],
    ['that reports the progress', () => ({ body: 'text', onUploadProgress: () => {} })],
  ])('%s is sent once, and the next request succeeds', async (_, options) => {
    portal.refuseFirst()
    const client = ky.extend(cloudPartnerHooks(portal.auth()))
    const response = await client.put(url, { ...options(), throwHttpErrors: false })
    expect([response.status, await response.text()]).toEqual([401, 'refused'])
    expect((await client.put(url, options())).status).toBe(200)
    expect(portal.received.map(({ body }) => body)).toEqual(['text', 'text'])
    expect(portal.events).toContainEqual(
      expect.objectContaining({ type: 'request_not_resent', why: 'body_not_replayable' }),
    )
  })

  it('reports the progress that ky reports', async () => {
    const seen = async (client: typeof ky) => {
      const progress: unknown[] = []
      await client.put(url, {
        json: { a: 'x'.repeat(1_000) },
        onUploadProgress: ({ percent, totalBytes, transferredBytes }) =>
          progress.push([percent, totalBytes, transferredBytes]),
        throwHttpErrors: false,
      })
      return progress
    }
    const ours = await seen(ky.extend(cloudPartnerHooks(portal.auth())))
    expect(ours).toEqual(await seen(ky))
    expect(ours.at(-1)).toEqual([1, 1_008, 1_008])
  })
})

it('does nothing where its hooks were replaced', async () => {
  const client = ky.extend(cloudPartnerHooks(portal.auth())).extend({ hooks: replaceOption({}) })
  await client.put(url, { json: {}, throwHttpErrors: false })
  expect(portal.received[0]?.headers.authorization).toBeUndefined()
})

/** All there is of a body; a form's parts, since its boundary differs each time. */
async function content({ method, headers, bytes }: Received): Promise<unknown> {
  const type = headers['content-type']
  const length = headers['content-length']
  if (!type?.startsWith('multipart/')) return { method, type, length, body: bytes.toString('hex') }
  const form = await new Response(new Uint8Array(bytes), {
    headers: { 'content-type': type },
  }).formData()
  const parts = [...form].map(async ([name, part]) =>
    typeof part === 'string' ? [name, part] : [name, part.name, part.type, await part.text()],
  )
  return { method, length, parts: await Promise.all(parts) }
}
