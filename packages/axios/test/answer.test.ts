import { Agent } from 'node:http'
import { Readable } from 'node:stream'
import {
  authFor,
  type Loopback,
  loopback,
  type Received,
  taking,
  tirelessAuth,
  tokens,
} from '@cloud-partner-auth/contract'
import {
  type AcquireRequest,
  type Api,
  cloudPartnerAuth,
  cloudPartnerPortal,
  type TokenEvent,
} from '@cloud-partner-auth/core'
import type { AxiosInstance } from 'axios'
import NodeFormData from 'form-data'
import { describe, expect, it } from 'vitest'
import { axiosVersions } from './axios-versions.ts'

const bytes = Buffer.from('Ünïcode ✓ and \0')
const json = '{"error":"token"}'

describe.each(axiosVersions)('a 401 in axios $version', ({ axios, cloudPartnerInterceptor }) => {
  /** A client that got its first token, and a server that does not take it any more. */
  async function revoked(options: object = {}) {
    const credential = tokens()
    const events: TokenEvent[] = []
    let current: string | undefined
    const portal = await loopback(taking({ newest: () => current ?? credential.newest() }))
    const client = axios.create({ baseURL: portal.origin, ...options })
    const auth = authFor(credential, [portal.origin], { observe: event => events.push(event) })
    client.interceptors.request.use(cloudPartnerInterceptor(auth))
    await client.get('/first')
    current = 'canary-2'
    return { portal, client, credential, events }
  }

  describe('to a body in memory is answered with the same body, once:', () => {
    it.each([
      ['none', () => undefined],
      ['JSON', () => ({ text: 'Ünïcode ✓' })],
      ['a string', () => 'Ünïcode ✓'],
      ['a Buffer', () => bytes],
      ['a typed array', () => new Uint8Array(bytes)],
      ['an ArrayBuffer', () => new Uint8Array(bytes).buffer],
      ['URLSearchParams', () => new URLSearchParams({ a: 'ü b' })],
      ['a Blob', () => new Blob([bytes], { type: 'text/plain' })],
      ['a FormData', form],
    ])('%s', async (_what, body) => {
      const { portal, client } = await revoked()
      await using _ = portal
      expect((await client.post('/a', body())).status).toBe(200)
      const [, first, second, ...more] = portal.received
      expect(more).toEqual([])
      expect(withoutBoundary(second)).toBe(withoutBoundary(first))
      const { authorization: refused, 'content-type': _type, ...headers } = first?.headers ?? {}
      expect([refused, second?.headers.authorization]).toEqual([
        'Bearer canary-1',
        'Bearer canary-2',
      ])
      expect(second?.headers).toMatchObject(headers)
    })
  })

  describe('to a body that is gone is handed over, and the next request works:', () => {
    it.each([
      ['a Node stream', () => Readable.from([bytes])],
      ['a form-data package', nodeForm],
    ])('%s', async (_what, body) => {
      const { portal, client, credential, events } = await revoked()
      await using _ = portal
      const error = await client.post('/a', body()).catch(error => error)
      expect(error.response).toMatchObject({ status: 401, data: { error: 'token' } })
      expect(portal.received).toHaveLength(2)
      expect(portal.received[1]?.body).toContain(bytes.toString())
      expect(events).toContainEqual(expect.objectContaining({ why: 'body_not_replayable' }))
      expect((await client.get('/next')).status).toBe(200)
      expect(credential.issued).toHaveLength(2)
    })
  })

  it('that is refused again comes back as axios delivers it', async () => {
    await using portal = await loopback((_request, response) => response.writeHead(401).end(json))
    const bare = await axios.get(portal.origin).catch(error => error)
    const client = clientOf(portal)
    const error = await client.get('/a').catch(error => error)
    expect(error).toBeInstanceOf(axios.AxiosError)
    expect(Object.keys(error).sort()).toEqual(Object.keys(bare).sort())
    expect([error.code, error.message, error.response.data]).toEqual([
      bare.code,
      bare.message,
      { error: 'token' },
    ])
  })

  it.each([
    ['a function that takes all', () => true],
    ['null', null],
    ['undefined', undefined],
  ])(
    'is renewed where it is no error to the caller (validateStatus: %s)',
    async (_what, validateStatus) => {
      const { portal, client } = await revoked({ validateStatus })
      await using _ = portal
      expect((await client.get('/a')).status).toBe(200)
      expect(portal.received).toHaveLength(3)
    },
  )

  it('is answered with the claims that it asks for', async () => {
    const asked: (string | undefined)[] = []
    const next = tokens()
    const claims = '{"access_token":{"nbf":{"essential":true}}}'
    const encoded = Buffer.from(claims).toString('base64')
    const challenge = `Bearer error="insufficient_claims", claims="${encoded}"`
    await using portal = await loopback((request, response) => {
      const refused = request.headers.authorization === 'Bearer canary-1'
      response.writeHead(refused ? 401 : 200, refused ? { 'www-authenticate': challenge } : {})
      response.end()
    })
    const client = axios.create({ baseURL: portal.origin })
    const credential = {
      async acquire(request: AcquireRequest) {
        asked.push(request.claims)
        return next.acquire()
      },
    }
    client.interceptors.request.use(cloudPartnerInterceptor(authFor(credential, [portal.origin])))
    expect((await client.get('/a')).status).toBe(200)
    expect(asked).toEqual([undefined, claims])
  })

  it('is not the only refusal that an API may have: a page to sign in, say', async () => {
    await using portal = await loopback((request, response) => {
      const refused = request.headers.authorization === 'Bearer canary-1'
      if (refused && request.url !== '/sign-in') response.writeHead(302, { location: '/sign-in' })
      response.end()
    })
    const client = axios.create({ baseURL: portal.origin })
    const api: Api = {
      ...cloudPartnerPortal,
      origins: [portal.origin],
      paths: undefined,
      refuses: ({ url }) => url.endsWith('/sign-in'),
    }
    const auth = cloudPartnerAuth({ credential: tokens(), apis: [api] })
    client.interceptors.request.use(cloudPartnerInterceptor(auth))
    await client.get('/a')
    expect(portal.received.map(({ url }) => url.split('?')[0])).toEqual(['/a', '/sign-in', '/a'])
  })

  it('runs interceptors and transforms of the caller once for a request that is sent twice', async () => {
    const { portal, client } = await revoked()
    await using _ = portal
    const ran: string[] = []
    const note =
      <T>(name: string) =>
      (passed: T): T => {
        ran.push(name)
        return passed
      }
    client.interceptors.request.use(note('request'))
    client.interceptors.response.use(note('response'))
    await client.post('/a', 'body', {
      transformRequest: [note('transformRequest'), data => `[${data}]`],
      transformResponse: [note('transformResponse')],
    })
    expect(ran).toEqual(['request', 'transformRequest', 'transformResponse', 'response'])
    expect(portal.received.map(({ body }) => body)).toEqual(['', '[body]', '[body]'])
  })

  describe('to a request for a stream', () => {
    it('frees its connection: many of them need one', async () => {
      const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 })
      await using portal = await loopback(odd(() => json))
      const client = clientOf(portal, { responseType: 'stream', httpAgent })
      for (let round = 0; round < 20; round++) {
        const { status, data } = await client.get('/a', { timeout: 60_000 })
        expect(status).toBe(200)
        await text(data)
      }
      expect(portal.received).toHaveLength(40)
      expect(portal.connections()).toBe(1)
      httpAgent.destroy()
    })

    it('costs its connection where it is long', async () => {
      const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 })
      await using portal = await loopback(odd(() => 'x'.repeat(1024 * 1024)))
      const client = clientOf(portal, { responseType: 'stream', httpAgent })
      const { status, data } = await client.get('/a', { timeout: 60_000 })
      expect([status, await text(data)]).toEqual([200, '{"ok":true}'])
      expect(portal.connections()).toBe(2)
      httpAgent.destroy()
    })

    it('holds nothing up where it never ends', async () => {
      let calls = 0
      await using portal = await loopback((_request, response) => {
        if (calls++ % 2) return void response.end('{"ok":true}')
        response.writeHead(401).write('never')
      })
      const { data } = await clientOf(portal, { responseType: 'stream' }).get('/a')
      expect(await text(data)).toBe('{"ok":true}')
    })

    it('is handed over unread where nothing better comes', async () => {
      await using portal = await loopback((_request, response) => response.writeHead(401).end(json))
      const client = clientOf(portal, { responseType: 'stream' })
      const error = await client.get('/a').catch(error => error)
      expect(await text(error.response.data)).toBe(json)
    })
  })

  function clientOf(portal: Loopback, options: object = {}): AxiosInstance {
    const client = axios.create({ baseURL: portal.origin, ...options })
    client.interceptors.request.use(cloudPartnerInterceptor(tirelessAuth()))
    return client
  }
})

/** Axios makes a new boundary for each sending of a form. */
function withoutBoundary(request: Received | undefined): string | undefined {
  const [, boundary = '\0'] = /boundary=(.*)/.exec(request?.headers['content-type'] ?? '') ?? []
  return request?.body.replaceAll(boundary, 'boundary')
}

/** Every other answer is a 401 with `body`. */
function odd(body: () => string): Parameters<typeof loopback>[0] {
  let calls = 0
  return (_request, response) => {
    if (calls++ % 2) response.end('{"ok":true}')
    else response.writeHead(401).end(body())
  }
}

async function text(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function form(): FormData {
  const form = new FormData()
  form.append('file', new Blob([bytes]), 'a.bin')
  return form
}

function nodeForm(): NodeFormData {
  const form = new NodeFormData()
  form.append('file', Readable.from([bytes]), { filename: 'a.bin' })
  return form
}
