import { execFile } from 'node:child_process'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { freshToken, requestToken, send } from './requests.ts'

let emulator: Emulator
let token: string
beforeAll(async () => {
  emulator = await startEmulator()
  token = await freshToken(emulator)
})
afterAll(() => emulator.close())

/** Writes bytes to the port and reads what comes back until the connection ends. */
async function raw(bytes: string): Promise<string> {
  const { hostname, port } = new URL(emulator.origin)
  const socket = connect(Number(port), hostname)
  socket.end(bytes)
  return text(socket)
}

describe('the server', () => {
  it('answers a thousand connections opened at once', async () => {
    const agent = new Agent({ maxSockets: Infinity })
    const one = () => {
      const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
      request(`${emulator.origin}/api/offerTypes?api-version=2017-10-31`, {
        agent,
        headers: { authorization: `Bearer ${token}` },
      })
        .on('response', response => {
          response.resume().on('end', () => resolve(response.statusCode))
        })
        .on('error', reject)
        .end()
      return promise
    }
    const statuses = await Promise.all(Array.from({ length: 1000 }, one))
    agent.destroy()
    expect(new Set(statuses)).toEqual(new Set([200]))
  })

  it.each([
    ['bytes that are not HTTP', 'nonsense\r\n\r\n', 400],
    ['ten thousand headers', `GET / HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(10_000)}\r\n`, 431],
    [
      'a malformed escape',
      'GET /api/%zz/offers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      401,
    ],
    ['a NUL escape', 'GET /api/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 401],
    [
      'the absolute form of the URL of another server',
      `GET http://x/api/publishers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      421,
    ],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n', 400],
  ])('answers %s with a 4xx and lives on', async (_title, bytes, status) => {
    expect(await raw(bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect((await requestToken(emulator, 'v2')).status).toBe(200)
  })

  it('takes the absolute form of its own URLs for their paths', async () => {
    const { host } = new URL(emulator.origin)
    const local = `localhost:${new URL(emulator.origin).port}`
    for (const own of [host, local]) {
      const bytes = `GET http://${own}/api/publishers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
      expect(await raw(bytes)).toMatch(/^HTTP\/1.1 401 /)
    }
  })

  it.each([
    '127.0.0.1/evil',
    '127.0.0.1:4180/evil',
    'evil@127.0.0.1',
    '127.0.0.1?x',
    '127.0.0.1:99999999',
    '127.0.0.1:4180:4180',
    '[127.0.0.1',
    'a b',
    '%31',
    '',
  ])('refuses the Host %j, which is no host, whatever the path', async host => {
    emulator.clearLog()
    const get = (path: string) =>
      raw(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    for (const path of ['/', '/_emulator/events']) {
      expect(await get(path)).toMatch(/^HTTP\/1.1 403 /)
    }
    for (const path of ['/api/publishers', '/t/oauth2/token', '/none']) {
      expect(await get(path)).toMatch(/^HTTP\/1.1 400 /)
    }
    expect([...emulator.requests, ...emulator.tokenRequests]).toEqual([])
    expect(emulator.otherRequests.map(({ status }) => status)).toEqual([400, 400, 400])
  })

  it('refuses the absolute form of every URL that is not one of its own', async () => {
    emulator.clearLog()
    const { port } = new URL(emulator.origin)
    for (const target of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1:1',
      '127.0.0.1',
      `x@127.0.0.1:${port}`,
      '127.0.0.1:99999',
      '[::1',
      '[:::]',
      '',
    ]) {
      const bytes = `GET http://${target}/api/publishers HTTP/1.1\r\nHost: ${new URL(emulator.origin).host}\r\nConnection: close\r\n\r\n`
      expect(await raw(bytes)).toMatch(/^HTTP\/1.1 421 /)
    }
    const https = `GET https://${new URL(emulator.origin).host}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
    expect(await raw(https)).toMatch(/^HTTP\/1.1 421 /)
    expect(emulator.requests).toEqual([])
  })

  it('is no tunnel', async () => {
    emulator.clearLog()
    expect(await raw('CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n')).toBe(
      '',
    )
    const { host } = new URL(emulator.origin)
    const star = `OPTIONS * HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
    expect(await raw(star)).toMatch(/^HTTP\/1.1 404 /)
    expect(emulator.requests).toEqual([])
  })

  it.each([
    ['GET', '/favicon.ico'],
    ['GET', '/v1.0/users'],
    ['POST', '/'],
    ['HEAD', '/nothing'],
    ['OPTIONS', '/'],
    ['GET', '/apix'],
    ['GET', '/rp'],
    ['PROPFIND', '/nothing'],
  ])('counts %s %s as no request to an API, and needs no token to say so', async (method, path) => {
    emulator.clearLog()
    const response = await send(emulator, token, path, { method })
    expect(response.status).toBe(404)
    expect(emulator.requests).toEqual([])
    expect(emulator.otherRequests).toMatchObject([{ method, url: path, status: 404 }])
    expect(JSON.stringify(emulator.otherRequests)).not.toContain(token)
  })

  it.each([
    ['/api/publishers/contoso%2Fx/offers', 403],
    ['/api/publishers/..%2f..%2fetc%2fpasswd/offers', 403],
    ['/api/publishers/contoso/offers/%24%00', 404],
    ['/api//offerTypes', 404],
    ['/API/OFFERTYPES/', 200],
    [`/api/${'x'.repeat(8000)}`, 404],
    ['/api/publishers/contoso/offers/contoso-vm/versions/99999999999999999999', 400],
    ['/api/operations/$$$$', 403],
    ['/api/operations/contoso$contoso-vm$2$preview', 404],
  ])('answers the odd path %s clearly', async (path, status) => {
    const response = await send(emulator, token, `${path}?api-version=2017-10-31`)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  it('answers other methods on its paths with 404 and HEAD without a body', async () => {
    const path = '/api/offerTypes?api-version=2017-10-31'
    expect((await send(emulator, token, path, { method: 'DELETE' })).status).toBe(404)
    const head = await send(emulator, token, '/', { method: 'HEAD' })
    expect(await head.text()).toBe('')
  })

  it('refuses a huge body after reading it', async () => {
    const body = Buffer.alloc(20 * 1024 * 1024)
    const path = `/${emulator.env['AZURE_TENANT_ID']}/oauth2/token`
    const response = await send(emulator, token, path, { method: 'POST', body })
    expect(response.status).toBe(413)
  })

  it('logs a request whose client went away as unanswered and incomplete', async () => {
    emulator.clearLog()
    await raw('POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf')
    await expect
      .poll(() => emulator.requests[0])
      .toMatchObject({ status: 0, body: { complete: false } })
  })

  it('listens on IPv6 and on a port of choice', async () => {
    await using six = await startEmulator({ host: '::1' })
    expect(six.origin).toMatch(/^http:\/\/\[::1\]:\d+$/)
    expect((await requestToken(six, 'v1')).status).toBe(200)
    const port = Number(new URL(six.origin).port)
    await expect(startEmulator({ host: '::1', port })).rejects.toThrow(/EADDRINUSE/)
  })

  it('leaves nothing open when it is closed, so that a process ends by itself', async () => {
    const script = fileURLToPath(new URL('lifecycle/used-and-closed.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [script])
    expect(stdout).toBe('closed\n')
  })

  it('ends open connections when it is closed', async () => {
    const other = await startEmulator()
    const { port, hostname } = new URL(other.origin)
    const socket = connect(Number(port), hostname)
    socket.write('POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n')
    await expect.poll(() => other.requests.length).toBe(1)
    const ended = new Promise(resolve => socket.on('close', resolve).on('error', () => {}))
    await other.close()
    await ended
    await expect(fetch(other.origin)).rejects.toThrow()
  })
})
