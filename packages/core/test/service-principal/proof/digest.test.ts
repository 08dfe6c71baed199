import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { clientAssertion } from '../../../src/credential/client-assertion.ts'
import { clientSecret } from '../../../src/credential/client-secret.ts'

const principal = {
  tenantId: 'contoso.example',
  clientId: '00000000-0000-4000-8000-000000000000',
}
const secretText = 'S3cr~t-canary'

describe('the digest of a credential', () => {
  it('is the same for the same secret and salt, and for no other', async () => {
    const one = clientSecret({ ...principal, secret: secretText })
    const same = clientSecret({ ...principal, secret: () => secretText })
    const other = clientSecret({ ...principal, secret: `${secretText}2` })
    const digest = await one.digest?.('salt')
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
    expect(await same.digest?.('salt')).toBe(digest)
    expect(await other.digest?.('salt')).not.toBe(digest)
    expect(await one.digest?.('pepper')).not.toBe(digest)
  })

  it('is none of the hashes that guesses can be checked with by the million', async () => {
    const digest = await clientSecret({ ...principal, secret: secretText }).digest?.('salt')
    for (const text of [secretText, `salt${secretText}`, `${secretText}salt`]) {
      expect(digest).not.toBe(createHash('sha256').update(text).digest('hex'))
    }
  })

  it('follows a secret that is replaced', async () => {
    let secret = secretText
    const credential = clientSecret({ ...principal, secret: () => secret })
    const before = await credential.digest?.('salt')
    secret = 'another'
    expect(await credential.digest?.('salt')).not.toBe(before)
    secret = secretText
    expect(await credential.digest?.('salt')).toBe(before)
  })

  it('is the same for every assertion about the same subject', async () => {
    let count = 0
    const about = (sub: string) =>
      clientAssertion({
        ...principal,
        assertion: () => jwt({ iss: 'https://issuer.example', sub, aud: 'api', jti: ++count }),
      })
    const [one, again, other] = [about('pod-a'), about('pod-a'), about('pod-b')]
    const digest = await one.digest?.('salt')
    expect(await one.digest?.('salt')).toBe(digest)
    expect(await again.digest?.('salt')).toBe(digest)
    expect(await other.digest?.('salt')).not.toBe(digest)
  })
})

function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256' })}.${part(claims)}.signature`
}
