import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttp, type IncomingMessage } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, connect, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeCertificate } from '../fixtures/certificate.ts'

const script = fileURLToPath(new URL('../fixtures/token-by-environment.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'proxy-'))
const ca = join(folder, 'ca.pem')
const password = 'p@ss/w:rd%'
const userinfo = `${encodeURIComponent('us:er')}:${encodeURIComponent(password)}`

/** The authority, which only the proxy knows as login.localtest, and what the proxy was asked. */
let authority: Server
let proxy: Server
let proxyAt = ''
let refuseWith: number | undefined
const asked: { target: string | undefined; authorization: string | undefined }[] = []

beforeAll(async () => {
  const { certificate, key } = makeCertificate({ name: 'login.localtest' })
  writeFileSync(ca, certificate)
  authority = createHttps({ cert: certificate, key: key() }, (request, response) => {
    request.resume()
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ access_token: 'eyJ.a.b', expires_in: 3599 }))
  })
  await listening(authority)
  proxy = createHttp().on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push({ target: request.url, authorization: request.headers['proxy-authorization'] })
    if (refuseWith) return void socket.end(`HTTP/1.1 ${refuseWith} No\r\ncontent-length: 0\r\n\r\n`)
    const { port } = authority.address() as AddressInfo // a listening TCP server has one
    const through = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      through.pipe(socket).pipe(through)
    })
    for (const one of [through, socket]) one.on('error', () => through.destroy())
  })
  proxyAt = `127.0.0.1:${await listening(proxy)}`
})
afterAll(() => {
  authority.close()
  proxy.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  asked.length = 0
  refuseWith = undefined
})

async function listening(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port // a listening TCP server has one
}

/** What a token request comes to in a process with these variables. */
async function tokenWith(env: Record<string, string>, origin = 'https://login.localtest') {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, origin], {
    env: { NODE_EXTRA_CA_CERTS: ca, ...env },
  })
  return { said: stdout, all: stdout + stderr }
}

describe('a token request goes through the proxy that the environment names', () => {
  it.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])('by %s', async name => {
    expect((await tokenWith({ [name]: `http://${proxyAt}` })).said).toBe('eyJ.a.b')
    expect(asked).toEqual([{ target: 'login.localtest:443', authorization: undefined }])
  })

  it('with user name and password, which are shown nowhere', async () => {
    const { said, all } = await tokenWith({
      HTTPS_PROXY: `http://${userinfo}@${proxyAt}`,
      DEBUG: '*',
    })
    expect(said).toBe('eyJ.a.b')
    const sent = asked[0]?.authorization?.replace('Basic ', '') ?? ''
    expect(Buffer.from(sent, 'base64').toString()).toBe(`us:er:${password}`)
    for (const shown of [password, encodeURIComponent(password), sent])
      expect(all).not.toContain(shown)
  })

  it('by the name in small letters, where both are there', async () => {
    const env = { https_proxy: `http://${proxyAt}`, HTTPS_PROXY: 'http://127.0.0.1:1' }
    expect((await tokenWith(env)).said).toBe('eyJ.a.b')
  })

  it('once, where Node sees to that by itself', async () => {
    const env = { HTTPS_PROXY: `http://${proxyAt}`, NODE_USE_ENV_PROXY: '1' }
    expect((await tokenWith(env)).said).toBe('eyJ.a.b')
    expect(asked).toHaveLength(1)
  })

  it('over TLS, where the proxy is one of https', async () => {
    const { certificate, key } = makeCertificate({ name: 'localhost' })
    const trusted = join(folder, 'both.pem')
    writeFileSync(trusted, readFileSync(ca, 'utf8') + certificate)
    const secure = createHttps({ cert: certificate, key: key() })
    secure.on('connect', (...told) => proxy.emit('connect', ...told))
    const port = await listening(secure)
    const env = { HTTPS_PROXY: `https://localhost:${port}`, NODE_EXTRA_CA_CERTS: trusted }
    expect((await tokenWith(env)).said).toBe('eyJ.a.b')
    expect(asked).toHaveLength(1)
    secure.close()
  })

  it('and lets go of one that does not answer, so that the process can end', async () => {
    const silent = createHttp()
    const left = new Promise<void>(resolve => {
      silent.on('connect', (_, socket: Socket) => {
        socket.on('error', () => {}).on('end', () => resolve(void socket.end()))
      })
    })
    const env = { HTTPS_PROXY: `http://127.0.0.1:${await listening(silent)}`, ABORT_AFTER: '500' }
    expect((await tokenWith(env)).said).toMatch(/aborted/)
    await left
    silent.close()
  })

  it('and is refused by it at once with what to do', async () => {
    refuseWith = 407
    const { all } = await tokenWith({ HTTPS_PROXY: `http://${userinfo}@${proxyAt}` })
    expect(all).toMatch(
      /could not be reached through 127\S+ \(HTTPS_PROXY\): the proxy asks for a user name/,
    )
    expect(all).not.toContain(encodeURIComponent(password))
  })
})

describe('a token request goes past the proxy', () => {
  it.each(['login.localtest', '.localtest', '*.localtest', '*', 'x.example, login.localtest:443'])(
    'where NO_PROXY is %s',
    async NO_PROXY => {
      const { said } = await tokenWith({ HTTPS_PROXY: `http://${proxyAt}`, NO_PROXY })
      expect(said).toMatch(/could not be reached: DNS/)
      expect(asked).toEqual([])
    },
  )

  it.each(['ogin.localtest', 'localtest', 'login.localtest:8443', '10.0.0.0/8', '[::1]'])(
    'but not where NO_PROXY is %s',
    async no_proxy => {
      const { said } = await tokenWith({ HTTPS_PROXY: `http://${proxyAt}`, no_proxy })
      expect(said).toBe('eyJ.a.b')
    },
  )

  it.each(['https://127.0.0.1:1', 'https://localhost:1', 'https://[::1]:1', 'http://127.0.0.1:1'])(
    'to this machine: %s',
    async origin => {
      await tokenWith({ ALL_PROXY: `http://${proxyAt}`, HTTP_PROXY: `http://${proxyAt}` }, origin)
      expect(asked).toEqual([])
    },
  )

  it('where the application has set a dispatcher of its own', async () => {
    const env = { HTTPS_PROXY: `http://${proxyAt}`, DISPATCHER: 'eyJ.of.dispatcher' }
    expect((await tokenWith(env)).said).toBe('eyJ.of.dispatcher')
    expect(asked).toEqual([])
  })

  it('where only HTTP_PROXY is set', async () => {
    await tokenWith({ HTTP_PROXY: `http://${proxyAt}` })
    expect(asked).toEqual([])
  })
})

describe('a variable that names no proxy', () => {
  it.each([
    ['socks5://127.0.0.1:1080', 'SOCKS'],
    [`"http://${userinfo}@127.0.0.1:1"`, 'stands in quotes'],
    ['"http://127.0.0.1:1"', 'stands in quotes'],
    ['http://user:p%zz@127.0.0.1:1', 'written %25'],
    ['http://user:pa#ss@127.0.0.1:1', 'percent-encoded'],
  ])('is told and not shown: %s', async (HTTPS_PROXY, expected) => {
    const { said } = await tokenWith({ HTTPS_PROXY })
    expect(said).toContain('HTTPS_PROXY must be the URL of an http or https proxy')
    expect(said).toContain(expected)
    expect(said).not.toMatch(/p%zz|pa#ss|ss%2Fw/)
  })
})
