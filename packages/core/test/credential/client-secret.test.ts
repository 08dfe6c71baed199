import { describe, expect, it } from 'vitest'
import { clientSecret } from '../../src/index.ts'
import { scriptedAuthority } from '../fixtures/scripted-authority.ts'

const tenantId = '11111111-2222-3333-4444-555555555555'
const clientId = '66666666-7777-8888-9999-000000000000'
const audience = 'https://cloudpartner.azure.com'
const body = { token_type: 'Bearer', expires_in: 86_399, refresh_in: 43_199, access_token: 'eyJ' }

// What both ways to a token promise is in both-credentials.test.ts.
describe('clientSecret()', () => {
  it('asks the v2 endpoint for the scope of the audience, and for no resource', async () => {
    await using authority = await scriptedAuthority({ body })
    await acquire(authority.origin)
    expect(authority.received[0]?.path).toMatch(`/${tenantId}/oauth2/v2.0/token`)
    expect(authority.received[0]?.form).toMatchObject({ scope: `${audience}/.default` })
    expect(authority.received[0]?.form).not.toHaveProperty('resource')
  })

  it('keeps the slash at the end of an audience, which then makes two', async () => {
    await using authority = await scriptedAuthority({ body })
    await acquire(authority.origin, 'https://vault.example/')
    expect(authority.received[0]?.form['scope']).toBe('https://vault.example//.default')
  })

  it('takes over when the authority would like the token renewed', async () => {
    await using authority = await scriptedAuthority({ body })
    const token = await acquire(authority.origin)
    expect(token.expiresAt - token.acquiredAt).toBe(86_399_000)
    expect((token.renewAt ?? 0) - token.acquiredAt).toBe(43_199_000)
  })

  it('is named by authority, tenant and client', () => {
    const authorityHost = 'https://login.microsoftonline.us'
    const { identity } = clientSecret({ tenantId, clientId, secret: 's3cret', authorityHost })
    expect(identity).toBe(`${authorityHost}/${tenantId}/${clientId}`)
  })
})

function acquire(authorityHost: string, of = audience) {
  const credential = clientSecret({ tenantId, clientId, secret: 's3cret', authorityHost })
  return credential.acquire({ audience: of, signal: new AbortController().signal })
}
