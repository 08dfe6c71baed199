import { describe, expect, it } from 'vitest'
import { tokenIssuer } from '../../src/authority/access-token.ts'
import { lazySigningKey } from '../../src/authority/signing-key.ts'

describe('a revocation', () => {
  it('spares the token that is being signed, which nobody has yet', async () => {
    const signingKey = lazySigningKey()
    await signingKey()
    const issuer = tokenIssuer(signingKey)
    const now = Date.UTC(2026, 0, 1)
    const grant = {
      principal: { tenantId: 't', clientId: 'c', objectId: 'o' },
      audience: 'a',
      authenticatedBy: '1',
      now,
      notBefore: now,
      expiresAt: now + 1000,
      claims: {},
    } as const
    const before = await issuer.issue(grant)
    const under = issuer.issue(grant)
    // Past the key, which is there already, and into the signature, which takes a thread.
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
    issuer.revokeAll()
    expect(issuer.revoked(before.id)).toBe(true)
    expect(issuer.revoked((await under).id)).toBe(false)
    issuer.revokeAll()
    expect(issuer.revoked((await under).id)).toBe(true)
  })
})
