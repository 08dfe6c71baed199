import { createSecureServer, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { authFor, localhostCertificate, longEnough, tokens } from '@cloud-partner-auth/contract'
import { describe, expect, it } from 'vitest'
import { cloudPartnerHooks } from '../src/index.ts'
import { gotMajors } from './got-majors.ts'
import { expectNoToken, expectNoTokenAround } from './no-token.ts'

const certificate = localhostCertificate()

interface SecureServer extends AsyncDisposable {
  readonly origin: string
  readonly seen: readonly (string | undefined)[][]
}

/** Redirects `/from`, never answers `/hang`, lets anybody keep `/kept`, and takes the second token. */
async function secureServer(): Promise<SecureServer> {
  const seen: (string | undefined)[][] = []
  const sessions = new Set<ServerHttp2Session>()
  const server = createSecureServer(
    { ...certificate, allowHTTP1: true },
    ({ httpVersion, url, headers: { authorization } }, response) => {
      seen.push([httpVersion, url, authorization])
      if (url.startsWith('/hang')) return
      if (url.startsWith('/kept'))
        response.writeHead(200, { 'cache-control': 'public, max-age=60', vary: 'accept' }).end('{}')
      else if (url.startsWith('/from')) response.writeHead(302, { location: '/to' }).end()
      else response.writeHead(authorization === 'Bearer canary-2' ? 200 : 401).end('{}')
    },
  )
  server.on('session', session => sessions.add(session))
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve))
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`, // a TCP server that listens has one
    seen,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const session of sessions) session.destroy()
    },
  }
}

describe.each(gotMajors)('over TLS got $major', ({ got }) => {
  it.each([
    ['2.0', true],
    ['1.1', false],
  ])(
    'carries the token, has it replaced, and shows it nowhere (HTTP/%s)',
    async (version, http2) => {
      await using server = await secureServer()
      const { origin, seen } = server
      const client = got.extend(cloudPartnerHooks(authFor(tokens(), [server])), {
        http2,
        https: { rejectUnauthorized: false },
        retry: { limit: 0 },
      })
      const response = await client(`${origin}/from`)
      const error = await longEnough(200, async span => {
        const options = { timeout: { request: span } }
        const error = await client(`${origin}/hang`, options).catch(error => error)
        return seen.length === 4 ? error : undefined
      })
      expect(seen).toEqual([
        [version, '/from?api-version=2017-10-31', 'Bearer canary-1'],
        [version, '/to', 'Bearer canary-1'],
        [version, '/to', 'Bearer canary-2'],
        [version, '/hang?api-version=2017-10-31', 'Bearer canary-2'],
      ])
      for (const part of [response, response.request]) expectNoToken(part)
      expectNoTokenAround(error)
    },
  )

  it('keeps no answer in a cache over HTTP/2, where nothing could take the token out of it', async () => {
    await using server = await secureServer()
    const options = { cache: new Map(), http2: true, https: { rejectUnauthorized: false } }
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [server])), options)
    const response = await client(`${server.origin}/kept`)
    expectNoToken([response, ...options.cache])
    expect(options.cache.size).toBe(0)
    expect(response.request.options.cache).toBe(options.cache)
    expect(server.seen).toEqual([['2.0', '/kept?api-version=2017-10-31', 'Bearer canary-1']])
  })
})
