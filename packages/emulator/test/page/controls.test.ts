import { readdirSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { apis } from '../../src/apis.ts'
import { type Emulator, startEmulator } from '../../src/index.ts'
import type { CurlCommand } from '../../src/page/protocol.ts'
import { answerTo, noCurl } from '../curl.ts'
import { requestToken, send } from '../requests.ts'

let emulator: Emulator
beforeAll(async () => {
  emulator = await startEmulator()
})
afterEach(() => emulator.faults.clear())
afterAll(() => emulator.close())

const fault = JSON.stringify({ type: 'reset' })

/** A request with any headers, such as a `Host` that fetch would not send. */
function call(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<{ status: number | undefined; headers: Record<string, unknown>; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof call>>>()
  request(emulator.origin + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
  })
    .on('response', async response => {
      const { statusCode: status, headers } = response
      resolve({ status, headers, body: await text(response) })
    })
    .on('error', reject)
    .end(body)
  return promise
}

describe('the controls', () => {
  it('are used by whoever is on this machine', async () => {
    expect((await call('POST', '/_emulator/faults', {}, fault)).status).toBe(201)
    expect(emulator.faults.active).toHaveLength(1)
    const [active] = emulator.faults.active
    expect((await call('DELETE', `/_emulator/faults/${active?.id}`)).status).toBe(204)
    expect((await call('DELETE', `/_emulator/faults/${active?.id}`)).status).toBe(404)
    expect(emulator.faults.active).toEqual([])
    expect((await call('POST', '/_emulator/clock', {}, '{"advance":1}')).status).toBe(204)
    expect((await call('POST', '/_emulator/revocations')).status).toBe(204)
    expect((await call('DELETE', '/_emulator/log')).status).toBe(204)
  })

  it.each<[string, Record<string, string>]>([
    ['another host name, as after DNS rebinding', { host: 'evil.example' }],
    ['another host name with the right port', { host: 'evil.example:4180' }],
    ['an address that is followed by a path', { host: '127.0.0.1:4180/evil' }],
    ['an address that is followed by a query', { host: '127.0.0.1?' }],
    ['a name before an address', { host: 'evil.example@127.0.0.1' }],
    ['an address that is no decimal one', { host: '0x7f.0.0.1' }],
    ['the origin of another site', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another site, as browsers say', { 'sec-fetch-site': 'cross-site' }],
    ['another origin of the same site', { 'sec-fetch-site': 'same-site' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a simple request', { 'content-type': 'text/plain' }],
  ])('are not used from %s', async (_title, headers) => {
    const { status, body } = await call('POST', '/_emulator/faults', headers, fault)
    expect([status, JSON.parse(body)]).toEqual([403, { error: expect.any(String) }])
    expect(emulator.faults.active).toEqual([])
  })

  it('do not tell the traffic to another site either', async () => {
    expect((await call('GET', '/_emulator/events', { host: 'evil.example' })).status).toBe(403)
    expect(
      (await call('GET', '/_emulator/events', { origin: 'https://evil.example' })).status,
    ).toBe(403)
    expect((await call('GET', '/', { host: 'evil.example' })).status).toBe(403)
    for (const path of ['environment', 'examples/portal', 'requests/1', 'requests/1/curl']) {
      const foreign = await call('GET', `/_emulator/${path}`, { origin: 'https://evil.example' })
      expect([path, foreign.status]).toEqual([path, 403])
    }
  })

  it.each(['127.0.0.1:1', 'localhost:1', '[::1]:1', '192.168.0.7:1'])(
    'are used under %s',
    async host => {
      const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }
      expect((await call('POST', '/_emulator/faults', headers, fault)).status).toBe(201)
    },
  )

  it('say what is wrong with a request', async () => {
    const wrong = await call('POST', '/_emulator/faults', {}, '{"type":"nothing"}')
    expect([wrong.status, wrong.body]).toEqual([400, expect.stringContaining('type')])
    expect((await call('POST', '/_emulator/faults', {}, 'nonsense')).status).toBe(400)
    expect((await call('POST', '/_emulator/clock', {}, '{"speed":-1}')).status).toBe(400)
    expect((await call('POST', '/_emulator/clock', {}, '{}')).status).toBe(400)
    expect((await call('GET', '/_emulator/nothing')).status).toBe(404)
  })

  it('are not part of the emulated services: neither logged nor subject to faults', async () => {
    emulator.clearLog()
    emulator.faults.add({ type: 'error', path: '*' })
    expect((await call('GET', '/')).status).toBe(200)
    expect(await call('HEAD', '/')).toMatchObject({ status: 200, body: '' })
    expect((await call('HEAD', '/_emulator/page.js')).status).toBe(200)
    for (const method of ['HEAD', 'PATCH', 'OPTIONS']) {
      expect((await call(method, '/_emulator/faults')).status).toBe(404)
    }
    expect([
      ...emulator.requests,
      ...emulator.tokenRequests,
      ...emulator.discoveryRequests,
    ]).toEqual([])
  })
})

// They are tried with curl itself, which CI must have (`curl.ts`).
describe.skipIf(noCurl)('the commands to copy', () => {
  it.each(apis.map(({ name }) => name))('have one for %s that works as it stands', async api => {
    const { body } = await call('GET', `/_emulator/examples/${api}`)
    const { curl } = JSON.parse(body) as CurlCommand
    expect(await answerTo(curl)).toMatch(/^HTTP\/1\.1 200 OK/)
    expect(emulator.requests.at(-1)).toMatchObject({ api, status: 200 })
  })

  it('have a fresh token whatever the faults and the revocations are', async () => {
    emulator.faults.add({ type: 'same-token', on: 'authority' })
    emulator.faults.add({ type: 'refuse', on: 'authority' })
    const used = new Set<string>()
    for (let asked = 0; asked < 2; asked++) {
      emulator.revokeTokens()
      const { body } = await call('GET', '/_emulator/examples/portal')
      const { curl } = JSON.parse(body) as CurlCommand
      const token = /Bearer ([^']+)/.exec(curl)?.[1] ?? ''
      used.add(token)
      expect((await send(emulator, token, '/api/publishers?api-version=2017-10-31')).status).toBe(
        200,
      )
    }
    expect(used.size).toBe(2)
  })

  it('send a token request again with the variables', async () => {
    await requestToken(emulator, 'v1')
    const id = emulator.tokenRequests.at(-1)?.id
    const { body } = await call('GET', `/_emulator/requests/${id}/curl`)
    const { curl } = JSON.parse(body) as CurlCommand
    expect(curl).not.toContain(emulator.env['AZURE_CLIENT_SECRET'])
    expect(await answerTo(curl, emulator.env)).toMatch(
      /^HTTP\/1\.1 200 OK[\s\S]+"token_type":"Bearer"/,
    )
  })

  it('take the certificate of --tls as it is', async () => {
    await using secure = await startEmulator({ tls: true })
    const at = new URL('/_emulator/examples/saas', secure.origin)
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      requestSecurely(at, { ca: secure.ca }).on('response', resolve).on('error', reject).end()
    })
    const { curl } = JSON.parse(await text(answer)) as CurlCommand
    expect(await answerTo(curl)).toMatch(/^HTTP\/1\.1 200 OK/)
  })

  it('do not pretend to know a body that is not text', async () => {
    const { body: example } = await call('GET', '/_emulator/examples/portal')
    const token = /Bearer ([^']+)/.exec(JSON.parse(example).curl)?.[1] ?? ''
    const init = { method: 'POST', body: new Uint8Array([0xff, 0xfe]) }
    await send(emulator, token, '/api/echo?api-version=2017-10-31', init)
    const id = emulator.requests.at(-1)?.id
    const { body } = await call('GET', `/_emulator/requests/${id}/curl`)
    expect(JSON.parse(body).curl).toContain('--data-binary @body')
    const said = JSON.parse((await call('GET', `/_emulator/requests/${id}`)).body)
    expect(said.request).toMatchObject({ bytes: 2, cut: false })
    expect(said.request.text).toBeUndefined()
  })
})

describe('the page', () => {
  it('lets nothing run in it but its own script', async () => {
    const { headers, body } = await call('GET', '/')
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';")
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(body).not.toMatch(/<script(?![^>]*src=)|\son\w+=|style=/i)
  })

  it('comes with all files that it names, and with no other', async () => {
    const folder = new URL('../../page/', import.meta.url)
    const named = (text: string) => [
      ...text.matchAll(/(?:\/_emulator|from '\.|import '\.)\/([\w-]+\.\w+)/g),
    ]
    const html = (await call('GET', '/')).body
    const found = new Set<string>()
    for (const [, file = ''] of named(html)) found.add(file)
    for (const file of found) {
      const { status, body } = await call('GET', `/_emulator/${file}`)
      expect([file, status]).toEqual([file, 200])
      for (const [, other = ''] of named(body)) found.add(other)
    }
    const files = readdirSync(folder).filter(file => !/html$|json$/.test(file))
    expect([...found].sort()).toEqual(files.sort())
  })
})
