import { describe, expect, it } from 'vitest'
import { type Seed, startEmulator } from '../../src/index.ts'
import { freshToken, requestToken, send } from '../requests.ts'

describe('a seed', () => {
  it('gives tenants, apps and publishers as a JSON file can write them', async () => {
    const seed: Seed = JSON.parse(`{
      "tenants": [
        {
          "id": "11111111-2222-3333-4444-555555555555",
          "domain": "fabrikam.example",
          "apps": [
            {
              "clientId": "66666666-7777-8888-9999-000000000000",
              "name": "robot",
              "secrets": [{ "value": "open sesame", "expiresAt": "2099-01-01T00:00:00Z" }]
            }
          ]
        }
      ],
      "publishers": [
        {
          "id": "fabrikam",
          "apps": ["66666666-7777-8888-9999-000000000000"],
          "offers": [{ "id": "box", "offerTypeId": "microsoft-azure-corevm" }]
        }
      ]
    }`)
    await using emulator = await startEmulator({ seed })
    expect(emulator.env).toMatchObject({
      AZURE_TENANT_ID: '11111111-2222-3333-4444-555555555555',
      AZURE_CLIENT_ID: '66666666-7777-8888-9999-000000000000',
      AZURE_CLIENT_SECRET: 'open sesame',
    })
    expect((await requestToken(emulator, 'v2', {}, 'fabrikam.example')).status).toBe(200)
    const path = '/api/publishers/fabrikam/offers/box?api-version=2017-10-31'
    const response = await send(emulator, await freshToken(emulator), path)
    expect(await response.json()).toMatchObject({
      id: 'box',
      offerTypeId: 'microsoft-azure-corevm',
    })
  })

  it.each<[unknown, RegExp]>([
    [{ tenant: [] }, /The seed cannot be used\. tenant is not known; did you mean tenants\?/],
    [{ tenants: [] }, /tenants: Expected at least one tenant\./],
    [{ tenants: [{ id: 'x' }] }, /tenants\[0\]\.id: Expected a GUID\./],
    [{ tenants: [{ domain: 'x' }] }, /tenants\[0\]\.domain: Expected a domain name\./],
    [
      { tenants: [{ apps: [{ secrets: [{ expiresAt: 'soon' }] }] }] },
      /tenants\[0\]\.apps\[0\]\.secrets\[0\]\.expiresAt: Expected milliseconds or an ISO 8601 time\./,
    ],
    [{ publishers: [{ id: 'a/b' }] }, /publishers\[0\]\.id: Expected letters/],
    [{ publishers: [{ id: 'a' }, { id: 'a' }] }, /publishers: Expected no two with the same id\./],
    [{ publishers: [{ offers: [] }] }, /publishers\[0\]\.id is missing\./],
    [{ portal: { answers: 'maybe' } }, /portal\.answers/],
    [{ portal: { stepDurations: { live: -1 } } }, /portal\.stepDurations\.live/],
    [[], /The seed cannot be used/],
  ])('is refused with the place where it is wrong: %j', async (seed, message) => {
    await expect(startEmulator({ seed: seed as Seed })).rejects.toThrow(TypeError)
    await expect(startEmulator({ seed: seed as Seed })).rejects.toThrow(message)
  })

  it('keeps what may be a secret out of its errors', async () => {
    const canary = 8_301_745_662
    const seeds: unknown[] = [
      { tenants: [{ apps: [{ secrets: [{ value: canary }] }] }] },
      { tenants: [{ apps: [{ certificates: [canary] }] }] },
    ]
    for (const seed of seeds) {
      const error = await startEmulator({ seed: seed as Seed }).catch((error: unknown) => error)
      expect(error).toBeInstanceOf(TypeError)
      expect(String(error)).not.toContain(String(canary))
    }
  })
})
