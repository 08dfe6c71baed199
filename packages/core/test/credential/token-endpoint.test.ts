import { describe, expect, it } from 'vitest'
import { tokenEndpoint } from '../../src/index.ts'
import { scriptedAuthority } from '../fixtures/scripted-authority.ts'

const tenantId = '11111111-2222-3333-4444-555555555555'
const clientId = '66666666-7777-8888-9999-000000000000'
const audience = 'https://cloudpartner.azure.com'

// What both ways to a token promise is in both-credentials.test.ts.
describe('tokenEndpoint()', () => {
  it('sends the form of the prerequisites page, field by field, and nothing else', async () => {
    const body = { token_type: 'Bearer', expires_in: '3599', access_token: 'eyJ' }
    await using authority = await scriptedAuthority({ body })
    const authorityHost = authority.origin
    const credential = tokenEndpoint({ tenantId, clientId, secret: 's3cret', authorityHost })
    await credential.acquire({ audience, signal: new AbortController().signal })
    expect(authority.received[0]?.path).toBe(`/${tenantId}/oauth2/token`)
    expect(authority.received[0]?.form).toEqual({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: 's3cret',
      resource: audience,
    })
  })

  it('is named by authority, tenant and client, so that it shares a stored token with clientSecret()', () => {
    const authorityHost = 'https://login.microsoftonline.us'
    const { identity } = tokenEndpoint({ tenantId, clientId, secret: 's3cret', authorityHost })
    expect(identity).toBe(`${authorityHost}/${tenantId}/${clientId}`)
  })
})
