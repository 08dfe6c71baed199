import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withVersion } from '../../src/api/version-parameter.ts'
import { type ApiVersion, cloudPartnerAuth, cloudPartnerPortal } from '../../src/index.ts'
import { countedCredential } from '../fixtures/counted-credential.ts'

beforeEach(() => {
  vi.stubEnv('CLOUD_PARTNER_EMULATOR', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

describe('the preset of the Cloud Partner Portal', () => {
  it('is one origin, which is also the audience', () => {
    expect(cloudPartnerPortal.origins).toEqual(['https://cloudpartner.azure.com'])
    expect(cloudPartnerPortal.audience).toBe('https://cloudpartner.azure.com')
  })

  it.each([
    ['/api/offerTypes', '2016-08-01-preview'],
    ['/api/offerTypes/', '2016-08-01-preview'],
    ['/api/offerTypes?$top=1', '2016-08-01-preview'],
    ['/api/offerTypes/x', '2017-10-31'],
    ['/api/publishers', '2017-10-31'],
    ['/api/publishers/offerTypes/offers', '2017-10-31'],
    ['/api/publishers/contoso/offers/api/offerTypes', '2017-10-31'],
    ['/', '2017-10-31'],
  ])('asks for the documented version of %s', (path, value) => {
    const { version } = cloudPartnerPortal as { version: ApiVersion } // the preset has one
    const sent = new URL(withVersion(`https://cloudpartner.azure.com${path}`, version))
    expect(sent.searchParams.getAll('api-version')).toEqual([value])
  })

  it('cannot be altered for everyone', () => {
    expect(() => Object.assign(cloudPartnerPortal, { audience: 'x' })).toThrow(TypeError)
    expect(() => Object.assign(cloudPartnerPortal.version ?? {}, { value: 'x' })).toThrow(TypeError)
  })

  it.each([
    'http://127.0.0.1:8080',
    'http://[::1]:8080',
    'http://localhost:8080',
    'http://127.1.2.3',
    'http://127.0.0.1:8080/',
    'http://LOCALHOST:8080',
    'http://127.1:8080',
    ' http://127.0.0.1:8080\r',
  ])('is pointed at an emulator on %j by the environment', origin => {
    vi.stubEnv('CLOUD_PARTNER_EMULATOR', origin)
    const emulator = new URL(origin.trim()).origin
    const auth = cloudPartnerAuth({ credential: countedCredential() })
    expect(auth.covering(`${emulator}/api/offerTypes`)?.api.name).toBe('Cloud Partner Portal')
    expect(cloudPartnerPortal.baseUrl).toBe(emulator)
  })

  it('is read by nobody who spreads it', () => {
    const copy = { ...cloudPartnerPortal, name: 'mine' }
    vi.stubEnv('CLOUD_PARTNER_EMULATOR', 'http://127.0.0.1:8080')
    const auth = cloudPartnerAuth({ credential: countedCredential(), apis: [copy] })
    expect(auth.covering('http://127.0.0.1:8080/api/offerTypes')?.api.name).toBe('mine')
  })

  it.each([
    'https://evil.example',
    'https://127.0.0.1:8080',
    'http://evil.example',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://evil-localhost:8080',
    'http://0.0.0.0:8080',
    'http://10.0.0.1',
    'http://user@127.0.0.1:8080',
    'http://127.0.0.1:8080/api',
    '127.0.0.1:8080',
    'file:///etc',
    'nonsense',
  ])('sends nothing to %s', origin => {
    vi.stubEnv('CLOUD_PARTNER_EMULATOR', origin)
    const auth = cloudPartnerAuth({ credential: countedCredential() })
    expect(() => auth.covering(`${origin}/api/offerTypes`)).toThrow(
      /^\[environment_incomplete\] CLOUD_PARTNER_EMULATOR must be/,
    )
    expect(cloudPartnerPortal.baseUrl).toBe('https://cloudpartner.azure.com')
  })
})
