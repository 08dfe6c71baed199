import { once } from 'node:events'
import { createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { authFor, tokens } from '@cloud-partner-auth/contract'
import { describe, expect, it } from 'vitest'
import { axiosVersions } from './axios-versions.ts'
import { expectNoToken } from './no-token.ts'

// HTTP/2 came with axios 1.13.
const versions = axiosVersions.filter(({ version }) => Number(version.split('.')[1]) >= 13)

describe.each(versions)('HTTP/2 in axios $version', ({ axios, cloudPartnerInterceptor }) => {
  async function clientOf(answer: (request: Http2ServerRequest, to: Http2ServerResponse) => void) {
    const server = createServer(answer).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const client = axios.create({
      baseURL: origin,
      httpVersion: 2,
      http2Options: { sessionTimeout: 1 },
    })
    client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [origin])))
    return { client, [Symbol.asyncDispose]: async () => void server.close() }
  }

  it('carries the token, and another one where the API refused it, with a POST as well', async () => {
    await using used = await clientOf((request, response) => {
      const { authorization } = request.headers
      response.writeHead(authorization === 'Bearer canary-2' ? 200 : 401).end(request.url)
    })
    const response = await used.client.post('/a', 'body')
    expect(response.data).toBe('/a?api-version=2017-10-31')
    expectNoToken(response, { hidden: true })
  })

  it.each([
    ['an answer', '/ok', {}],
    ['a streamed answer', '/ok', { responseType: 'stream' }],
    ['a 403', '/no', {}],
    ['a reset', '/reset', {}],
    ['a time-out', '/slow', { timeout: 100 }],
    ['an abort', '/slow', { signal: AbortSignal.timeout(100) }],
    ['a body that is too long', '/ok', { maxContentLength: 1 }],
  ])('shows no token: %s', async (_way, path, options) => {
    await using used = await clientOf(({ url, stream }, response) => {
      if (url.startsWith('/ok')) response.end('text')
      else if (url.startsWith('/no')) response.writeHead(403).end()
      else if (url.startsWith('/reset')) stream.close(2)
    })
    const result = await used.client.get(path, options as object).catch(error => error)
    expectNoToken(result, { hidden: true })
    if (result.data?.destroy) result.data.destroy()
    await new Promise(setImmediate)
    expectNoToken(result, { hidden: true })
  })
})
