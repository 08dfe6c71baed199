import { Readable } from 'node:stream'
import { inspect } from 'node:util'
import { type Portal, type Received, startPortal } from '@cloud-partner-auth/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cloudPartnerFetch } from '../src/index.ts'

let portal: Portal
beforeEach(async () => {
  portal = await startPortal()
})
afterEach(() => portal[Symbol.asyncDispose]())

const form = () => {
  const form = new FormData()
  form.append('name', 'value')
  form.append('file', new File(['content'], 'name.txt', { type: 'text/plain' }))
  return form
}

describe('a request whose token was refused', () => {
  const bodies: [string, () => RequestInit['body']][] = [
    ['no body', () => undefined],
    ['a string', () => 'text ü'],
    ['an empty string', () => ''],
    ['URLSearchParams', () => new URLSearchParams({ a: '1 2' })],
    ['a Buffer', () => Buffer.from('buffer')],
    ['a part of an array', () => new Uint16Array([1, 2, 3, 4]).subarray(1, 3)],
    ['an ArrayBuffer', () => new Uint8Array([1, 2, 3]).buffer],
    ['a DataView', () => new DataView(new ArrayBuffer(9), 1, 3)],
    ['a Blob', () => new Blob(['blob'], { type: 'x/y' })],
    ['a form with a file', form],
  ]

  it.each(bodies)('goes out once more as it was with %s', async (_, body) => {
    portal.refuseFirst()
    const url = `${portal.origin}/api/x`
    const send = cloudPartnerFetch(portal.auth())
    const method = body() === undefined ? 'GET' : 'PUT'
    await fetch(`${url}?bare`, { method, body: body() as never })
    for (const call of [
      () => send(url, { method, body: body() as never }),
      () => cloudPartnerFetch(portal.auth())(new Request(url), { method, body: body() as never }),
    ])
      expect((await call()).status).toBe(200)

    const [bare, ...ours] = await Promise.all(portal.received.map(content))
    expect(ours).toHaveLength(4)
    for (const each of ours) expect(each).toEqual(bare)
    expect(portal.received.slice(1).map(({ headers }) => headers.authorization)).toEqual(
      ['token-1', 'token-2', 'token-1', 'token-2'].map(token => `Bearer ${token}`),
    )
  })

  it('sends the bytes that were given, whatever the caller puts in their place meanwhile', async () => {
    portal.refuseFirst()
    const bytes = Buffer.from('given')
    const pairs = new URLSearchParams({ a: 'given' })
    const fields = form()
    const sending = [bytes, pairs, fields].map(body =>
      cloudPartnerFetch(portal.auth())(`${portal.origin}/api/x`, { method: 'PUT', body }),
    )
    bytes.fill('-')
    pairs.set('a', '-')
    fields.set('name', '-')
    for (const response of await Promise.all(sending)) expect(response.status).toBe(200)
    expect(portal.received).toHaveLength(6)
    for (const { body } of portal.received) expect(body).toMatch(/given|value/)
  })

  it.each<[string, (url: string) => Parameters<typeof fetch>]>([
    ['a web stream', url => [url, upload(new Blob(['text']).stream())]],
    ['a Node stream', url => [url, upload(Readable.from(['text']) as never)]],
    ['an async generator', url => [url, upload(generated() as never)]],
    ['a Request with a body', url => [new Request(url, { method: 'PUT', body: 'text' })]],
  ])('comes back refused with %s, and the next one succeeds', async (_, call) => {
    portal.refuseFirst()
    const send = cloudPartnerFetch(portal.auth())
    const url = `${portal.origin}/api/x`
    const response = await send(...call(url))
    expect([response.status, await response.text()]).toEqual([401, 'refused'])
    expect(portal.received[0]?.body).toBe('text')
    expect(portal.events).toContainEqual(
      expect.objectContaining({ type: 'request_not_resent', why: 'body_not_replayable' }),
    )
    expect((await send(...call(url))).status).toBe(200)
    expect(portal.received).toHaveLength(2)
  })

  it('goes out once more as a Request without a body', async () => {
    portal.refuseFirst()
    const url = `${portal.origin}/api/x`
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      const send = cloudPartnerFetch(portal.auth())
      expect((await send(new Request(url, { method }))).status).toBe(200)
    }
    expect(portal.received.map(({ method }) => method)).toEqual(
      ['GET', 'HEAD', 'DELETE'].flatMap(method => [method, method]),
    )
  })

  it('is sent twice at most, however often it was wrapped', async () => {
    portal.answer((_, response) => response.writeHead(401).end('no'))
    const auth = portal.auth()
    const send = cloudPartnerFetch(auth, { fetch: cloudPartnerFetch(auth) })
    const response = await send(`${portal.origin}/api/x`)
    expect([response.status, await response.text()]).toEqual([401, 'no'])
    expect(portal.received).toHaveLength(2)
    expect(portal.events.filter(({ type }) => type === 'request_resent')).toHaveLength(1)
  })
})

describe('the connection of an answer that nobody reads', () => {
  const rounds = 1_000
  const atATime = 20

  it.each([
    [
      'is used again after a short one',
      60_000,
      (size: number) => ({ 'content-length': `${size}` }),
    ],
    ['is closed after a long one', 200_000, (size: number) => ({ 'content-length': `${size}` })],
    ['is closed after one of unknown length', 60_000, () => ({ 'transfer-encoding': 'chunked' })],
  ])('%s', async (title, size, headers) => {
    const body = 'x'.repeat(size)
    portal.answer((request, response) => {
      if (request.headers.authorization === 'Bearer token-2') return response.end('ok')
      // In two parts, so that there is something left of it when it is given up.
      response.writeHead(401, headers(size)).write(body.slice(0, size / 2))
      return setTimeout(() => response.end(body.slice(size / 2)), 3)
    })
    let most = 0
    let left = rounds
    async function caller(): Promise<void> {
      while (left-- > 0) {
        // An auth of its own, so that each request has a token to be refused.
        const send = cloudPartnerFetch(portal.auth())
        const response = await send(`${portal.origin}/api/x`)
        expect([response.status, await response.text()]).toEqual([200, 'ok'])
        most = Math.max(most, portal.openConnections())
      }
    }
    await Promise.all(Array.from({ length: atATime }, caller))
    expect(portal.received).toHaveLength(2 * rounds)
    // One a caller, and some that are being closed or about to be used again.
    expect(most).toBeLessThanOrEqual(3 * atATime)
    if (title.includes('again')) expect(portal.connections()).toBeLessThanOrEqual(3 * atATime)
  })
})

describe('what the caller gets', () => {
  it('shows no token, neither in answers nor in errors', async () => {
    const auth = portal.auth()
    const send = cloudPartnerFetch(auth)
    const url = `${portal.origin}/api/x`
    const got: unknown[] = [await send(url), await send(new Request(url, { method: 'POST' }))]
    portal.answer((_, response) => response.writeHead(401).end('no'))
    got.push(await send(url))
    portal.answer((_, response) => response.socket?.resetAndDestroy())
    got.push(await send(url).catch(error => error))
    portal.answer((_, response) => response.writeHead(302, { location: '/api/x' }).end())
    got.push(await send(url).catch(error => error))
    expect(got.map(each => (each as object).constructor.name)).toEqual([
      ...Array(3).fill('Response'),
      ...Array(2).fill('TypeError'),
    ])
    for (const each of got) {
      const shown = inspect(each, { depth: 20, showHidden: true, getters: true })
      expect(shown + JSON.stringify(each)).not.toMatch(/token-\d/)
    }
    expect(portal.received.some(({ headers }) => headers.authorization === 'Bearer token-1')).toBe(
      true,
    )
  })
})

function upload(body: ReadableStream): RequestInit {
  return { method: 'PUT', body, duplex: 'half' } as RequestInit
}

async function* generated(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('text')
}

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
