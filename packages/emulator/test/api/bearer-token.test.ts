import { generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Emulator, startEmulator } from '../../src/index.ts'
import { audience, freshToken, requestToken, send } from '../requests.ts'

const path = '/api/offerTypes?api-version=2016-08-01-preview'
let emulator: Emulator
beforeEach(async () => {
  emulator = await startEmulator()
})
afterEach(() => emulator.close())

async function refusal(token: string): Promise<string | undefined> {
  const response = await send(emulator, token, path)
  const body = (await response.json()) as { error: { code: string; message: string } }
  expect(response.status).toBe(401)
  expect(body.error.code).toBe('Unauthorized')
  const challenge = response.headers.get('www-authenticate')
  expect(challenge).toBe(
    `Bearer authorization_uri="${emulator.origin}/common/oauth2/authorize", error="invalid_token", error_description="${body.error.message}"`,
  )
  expect(emulator.requests.at(-1)).toMatchObject({ status: 401, refused: body.error.message })
  return body.error.message
}

describe('the portal', () => {
  it('accepts a token until it expires by the emulated clock', async () => {
    await using still = await startEmulator({ clock: { now: () => Date.UTC(2026, 0, 1) } })
    const token = await freshToken(still)
    still.clock.advance(3_598_999)
    expect((await send(still, token, path)).status).toBe(200)
    still.clock.advance(1)
    expect((await send(still, token, path)).status).toBe(401)
    expect(still.requests.at(-1)?.refused).toBe('The access token has expired.')
  })

  it('follows a Date that a test has replaced', async () => {
    const token = await freshToken(emulator)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
    try {
      expect(await refusal(token)).toBe('The access token has expired.')
    } finally {
      vi.useRealTimers()
    }
  })

  it('refuses a token of a time to come', async () => {
    emulator.clock.advance(3_600_000)
    const token = await freshToken(emulator)
    emulator.clock.advance(-3_600_000)
    expect(await refusal(token)).toBe('The access token is not valid yet.')
  })

  it('refuses every token issued before a revocation and none issued after it', async () => {
    const before = await freshToken(emulator)
    emulator.revokeTokens()
    const after = await freshToken(emulator)
    expect(await refusal(before)).toBe('The access token has been revoked.')
    expect((await send(emulator, after, path)).status).toBe(200)
  })

  it('refuses a token for another audience', async () => {
    const { body } = await requestToken(emulator, 'v1', { resource: undefined })
    expect(await refusal(String(body['access_token']))).toContain(
      'The audience of the access token is 00000002-',
    )
  })

  it('refuses a token that somebody else signed', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    const tenant = emulator.env['AZURE_TENANT_ID']
    const forged = await new SignJWT({ tid: tenant ?? '', aud: audience })
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(`https://sts.windows.net/${tenant}/`)
      .setExpirationTime('1h')
      .sign(privateKey)
    expect(await refusal(forged)).toBe('The signature of the access token is not valid.')
  })

  it('refuses a token without a signature and one that was altered', async () => {
    const [header = '', claims = '', signature = ''] = (await freshToken(emulator)).split('.')
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url')
    const altered = Buffer.from(
      JSON.stringify({
        ...JSON.parse(Buffer.from(claims, 'base64url').toString()),
        appid: 'other',
      }),
    ).toString('base64url')
    expect(await refusal(`${unsigned}.${claims}.`)).toContain('signature')
    expect(await refusal(`${header}.${altered}.${signature}`)).toContain('signature')
  })

  it('refuses what is not a token', async () => {
    expect(await refusal('nonsense')).toBe('The access token is not a JWT.')
    const bare = await fetch(emulator.origin + path, { headers: { authorization: 'secret' } })
    expect(bare.status).toBe(401)
    expect(emulator.requests.at(-1)?.headers['authorization']).toBe('(no scheme)')
    const none = await fetch(emulator.origin + path)
    expect(none.headers.get('www-authenticate')).toContain(
      'error_description="The access token is missing."',
    )
  })
})
