import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, type ServiceOrigins, startEmulator } from '../src/index.ts'
import { apiClient, bearerClient } from './api-client.ts'

/** For each service a request that it answers with 200, and the audience of the token for it. */
const services: readonly [keyof ServiceOrigins, string, string][] = [
  [
    'cloudPartnerPortal',
    'https://cloudpartner.azure.com',
    '/api/publishers?api-version=2017-10-31',
  ],
  [
    'productIngestion',
    'https://graph.microsoft.com',
    '/rp/product-ingestion/product?$version=2022-07-01',
  ],
  ['partnerCenterSubmission', 'https://api.partner.microsoft.com', '/v1.0/ingestion/products'],
  [
    'marketplace',
    '20e940b3-4c77-4b0b-9a53-9e16a1b010a7',
    '/api/saas/subscriptions?api-version=2018-08-31',
  ],
  [
    'marketplace',
    '20e940b3-4c77-4b0b-9a53-9e16a1b010a7',
    '/api/usageEvents?api-version=2018-08-31&usageStartDate=2026-01-01',
  ],
  [
    'partnerCenterAnalytics',
    'https://api.partnercenter.microsoft.com',
    '/insights/v1/cmp/ScheduledReport',
  ],
]

let emulator: Emulator
beforeAll(async () => {
  emulator = await startEmulator({ ownOrigins: true })
})
afterAll(() => emulator.close())

describe('the services', () => {
  it('are all on one origin, told apart by their paths', async () => {
    await using common = await startEmulator()
    expect(new Set(Object.values(common.origins))).toEqual(new Set([common.origin]))
    for (const [, audience, path] of services) {
      const send = await apiClient(common, audience)
      expect((await send('GET', path)).status).toBe(200)
    }
    expect(common.requests.map(({ api }) => api)).toEqual([
      'portal',
      'product-ingestion',
      'submission',
      'saas',
      'metering',
      'analytics',
    ])
    expect(common.tokenRequests).toHaveLength(services.length)
  })

  it.each(services)('%s takes tokens for %s and no others', async (_name, audience, path) => {
    for (const [, other] of services) {
      const send = await apiClient(emulator, other)
      const expected =
        other === audience
          ? 200
          : path.startsWith('/api/saas') || path.startsWith('/api/usage')
            ? 403
            : 401
      expect((await send('GET', path)).status).toBe(expected)
    }
  })
})

describe('with ownOrigins each service', () => {
  it('has an origin of its own, and the common one as well', () => {
    const { authority, ...apis } = emulator.origins
    expect(authority).toBe(emulator.origin)
    expect(new Set([authority, ...Object.values(apis)]).size).toBe(6)
  })

  it.each(services)(
    '%s answers there for itself and nothing else',
    async (name, audience, path) => {
      const origin = emulator.origins[name]
      const send = await apiClient(emulator, audience, { origin })
      expect((await send('GET', path)).status).toBe(200)
      for (const [other, , foreign] of services) {
        if (other === name) continue
        emulator.clearLog()
        // All of /api is the portal's there, which does not have the version.
        const isOwnPath = name === 'cloudPartnerPortal' && foreign.startsWith('/api')
        expect((await send('GET', foreign)).status).toBe(isOwnPath ? 400 : 404)
        expect(emulator.requests.filter(({ api }) => !isOf(api, name))).toEqual([])
      }
      for (const path of [
        '/',
        '/_emulator/page.js',
        `/${emulator.env['AZURE_TENANT_ID']}/oauth2/token`,
      ]) {
        expect((await send('GET', path)).status).toBe(404)
      }
    },
  )

  it('names its own origin in what it links to', async () => {
    const marketplace = await apiClient(emulator, '20e940b3-4c77-4b0b-9a53-9e16a1b010a7', {
      origin: emulator.origins.marketplace,
    })
    const { id } = emulator.subscription({ plan: 'gold', status: 'Subscribed' })
    const { headers } = await marketplace(
      'PATCH',
      `/api/saas/subscriptions/${id}?api-version=2018-08-31`,
      {
        planId: 'silver',
      },
    )
    const location = headers.get('operation-location') ?? ''
    expect(new URL(location).origin).toBe(emulator.origins.marketplace)
    expect((await marketplace('GET', location)).status).toBe(200)
    await emulator.marketplace.delivered()
  })

  it('can be redirected to from another one, which is another origin then', async () => {
    emulator.clearLog()
    const { productIngestion, marketplace } = emulator.origins
    const to = `${marketplace}/api/saas/subscriptions?api-version=2018-08-31`
    emulator.faults.add({ type: 'redirect', to, on: 'product-ingestion', count: 1 })
    const send = await apiClient(emulator, 'https://graph.microsoft.com', {
      origin: productIngestion,
    })
    // fetch takes the header along within an origin only.
    expect((await send('GET', '/rp/product-ingestion/product?$version=2022-07-01')).status).toBe(
      403,
    )
    expect(
      emulator.requests.map(({ api, status, token }) => [api, status, token !== undefined]),
    ).toEqual([
      ['product-ingestion', 307, true],
      ['saas', 403, false],
    ])
  })

  it('refuses with a challenge that names the authority, where it has one', async () => {
    const { headers } = await bearerClient(emulator.origins.productIngestion, undefined)(
      'GET',
      '/rp/product-ingestion/product?$version=2022-07-01',
    )
    expect(headers.get('www-authenticate')).toContain(
      `authorization_uri="${emulator.origin}/common/`,
    )
  })

  it('speaks https with the same certificate, and frees its port when all is closed', async () => {
    const secure = await startEmulator({ ownOrigins: true, tls: true })
    const origins = Object.values(secure.origins)
    expect(origins.every(origin => origin.startsWith('https://127.0.0.1:'))).toBe(true)
    await secure.close()
    for (const origin of origins) await expect(fetch(origin)).rejects.toThrow()
  })
})

function isOf(api: string, name: keyof ServiceOrigins): boolean {
  const own: Partial<Record<keyof ServiceOrigins, string[]>> = {
    cloudPartnerPortal: ['portal'],
    productIngestion: ['product-ingestion'],
    partnerCenterSubmission: ['submission'],
    marketplace: ['saas', 'metering'],
    partnerCenterAnalytics: ['analytics'],
  }
  return own[name]?.includes(api) ?? false
}
