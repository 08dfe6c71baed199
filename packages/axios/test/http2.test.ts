import { createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { authFor, tokens } from '@cloud-partner-auth/contract'
import { describe, expect, it } from 'vitest'
import { axiosVersions } from './axios-versions.ts'
import { expectNoToken } from './no-token.ts'

// HTTP/2 came with axios 1.13.
const versions = axiosVersions.filter(({ version }) => !/^1\.[57]\./.test(version))

describe.each(versions)('HTTP/2 in axios $version', ({ axios, cloudPartnerInterceptor }) => {
  it('carries the token, and another one where the API refused it', async () => {
    const server = createServer((request, response) => {
      const { authorization } = request.headers
      response.writeHead(authorization === 'Bearer canary-2' ? 200 : 401).end(request.url)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const client = axios.create({
      baseURL: origin,
      httpVersion: 2,
      http2Options: { sessionTimeout: 1 },
    })
    client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [origin])))
    const response = await client.get('/a')
    expect(response.data).toBe('/a?api-version=2017-10-31')
    expectNoToken(response)
    await new Promise(resolve => server.close(resolve))
  })
})
