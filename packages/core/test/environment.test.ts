import { afterEach, expect, it, vi } from 'vitest'
import { environmentLook } from '../src/environment.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

it.each(['https://login.microsoftonline.us', undefined])(
  'keeps of a look that was of use the origins, and no secret (AZURE_AUTHORITY_HOST=%s)',
  host => {
    vi.stubEnv('AZURE_CLIENT_SECRET', 'Abc8Q~secret')
    vi.stubEnv('AZURE_AUTHORITY_HOST', host)
    vi.stubEnv('CLOUD_PARTNER_EMULATOR', undefined)
    const look = environmentLook()
    expect(look().variable('AZURE_CLIENT_SECRET')).toBe('Abc8Q~secret')
    look().keep()
    vi.stubEnv('AZURE_AUTHORITY_HOST', 'https://login.example')
    expect(look().variable('AZURE_CLIENT_SECRET')).toBeUndefined()
    expect(look().authorityHost).toBe(host)
  },
)
