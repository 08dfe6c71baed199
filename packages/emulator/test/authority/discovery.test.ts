import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/index.ts'
import { audience, freshToken } from '../requests.ts'

let emulator: Emulator
let tenant: string
beforeAll(async () => {
  emulator = await startEmulator()
  tenant = emulator.env['AZURE_TENANT_ID'] ?? ''
})
afterAll(() => emulator.close())

async function get(path: string): Promise<Record<string, unknown>> {
  const response = await fetch(emulator.origin + path)
  return (await response.json()) as Record<string, unknown>
}

describe('the OpenID configuration', () => {
  it.each([
    ['/v2.0', '/oauth2/v2.0/token', '/discovery/v2.0/keys'],
    ['', '/oauth2/token', '/discovery/keys'],
  ])('at %j leads to the endpoints of its version', async (infix, token, keys) => {
    const base = `${emulator.origin}/${tenant}`
    expect(await get(`/${tenant}${infix}/.well-known/openid-configuration`)).toMatchObject({
      token_endpoint: base + token,
      jwks_uri: base + keys,
      issuer: infix ? `${base}/v2.0` : `https://sts.windows.net/${tenant}/`,
    })
  })

  it('is missing for an unknown tenant', async () => {
    const path = '/nobody.example/v2.0/.well-known/openid-configuration'
    expect(await get(path)).toMatchObject({ error_codes: [90002] })
  })

  it('names keys with which tokens are verified', async () => {
    const token = await freshToken(emulator)
    const keys = createRemoteJWKSet(new URL(`${emulator.origin}/${tenant}/discovery/v2.0/keys`))
    const { payload } = await jwtVerify(token, keys, { audience })
    expect(payload['tid']).toBe(tenant)
  })
})

describe('instance discovery', () => {
  it('leads back here', async () => {
    const authorization = `${emulator.origin}/${tenant}/oauth2/v2.0/authorize`
    const query = new URLSearchParams({
      'api-version': '1.1',
      authorization_endpoint: authorization,
    })
    expect(await get(`/common/discovery/instance?${query}`)).toMatchObject({
      tenant_discovery_endpoint: `${emulator.origin}/${tenant}/v2.0/.well-known/openid-configuration`,
    })
  })
})

describe('discovery requests', () => {
  it('are logged apart from token requests', async () => {
    emulator.clearLog()
    await get(`/${tenant}/discovery/keys?x=1`)
    expect(emulator.tokenRequests).toEqual([])
    expect(emulator.discoveryRequests).toMatchObject([
      { url: `/${tenant}/discovery/keys?x=1`, client: 'node', status: 200 },
    ])
  })
})
