import { sign } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { type AssertedClient, clientAssertion } from '../../src/index.ts'
import { acquireOnce, failureOf, typeErrorOf } from '../fixtures/acquire.ts'
import { makeCertificate } from '../fixtures/certificate.ts'
import { withEmulator } from '../fixtures/started-emulator.ts'

const issuer = 'https://token.actions.githubusercontent.com'
const subject = 'repo:contoso/offers:ref:refs/heads/main'

describe.each(['v1', 'v2'] as const)('a client assertion at the %s endpoint', endpoint => {
  const emulated = withEmulator()

  it('of a federated identity is accepted', async () => {
    const { emulator, app, principal } = emulated
    app.addFederatedCredential({ issuer, subject })
    const assertion = () => emulator.federatedToken({ issuer, subject })
    const token = await acquireOnce(clientAssertion({ ...principal, assertion, endpoint }))
    expect(token.reveal()).toMatch(/^eyJ/)
    expect(emulator.tokenRequests).toEqual([
      expect.objectContaining({ endpoint, status: 200, credential: 'federated' }),
    ])
    expect(emulator.discoveryRequests).toEqual([])
  })

  it('of a key in a vault can be made from what its callback is told', async () => {
    const { emulator, app, principal } = emulated
    const { certificate, privateKey, thumbprint } = makeCertificate()
    app.addCertificate(certificate)
    const assertion = async ({ clientId, tokenUrl }: AssertedClient) => {
      const now = Math.floor(Date.now() / 1_000)
      const claims = { aud: tokenUrl, iss: clientId, sub: clientId, jti: '1', exp: now + 60 }
      const parts = [{ alg: 'RS256', 'x5t#S256': thumbprint }, claims]
      const signed = parts
        .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
    }
    await acquireOnce(clientAssertion({ ...principal, assertion, endpoint }))
    expect(emulator.tokenRequests).toEqual([
      expect.objectContaining({ endpoint, status: 200, credential: 'certificate' }),
    ])
  })

  it('is made anew for each token request', async () => {
    const { emulator, app, principal } = emulated
    app.addFederatedCredential({ issuer, subject })
    const assertion = vi.fn(() => emulator.federatedToken({ issuer, subject }))
    const credential = clientAssertion({ ...principal, assertion, endpoint })
    expect(assertion).not.toHaveBeenCalled()
    await acquireOnce(credential)
    await acquireOnce(credential)
    expect(assertion).toHaveBeenCalledTimes(2)
  })

  it.each([
    ['issuer', { issuer: `${issuer}/`, subject }, 700211],
    ['subject', { issuer, subject: subject.replace('main', 'Main') }, 700213],
    ['audience', { issuer, subject, audience: 'api://other' }, 7002121],
    ['time', { issuer, subject, lifetime: -1_000 }, 700024],
  ])('with another %s is refused, with the code and what to do', async (_, told, aadsts) => {
    const { emulator, app, principal } = emulated
    app.addFederatedCredential({ issuer, subject })
    const assertion = () => emulator.federatedToken(told)
    const error = await failureOf(clientAssertion({ ...principal, assertion, endpoint }))
    expect(error).toMatchObject({ code: 'authority_refused', aadsts, retryable: false })
    expect(error.message).toMatch(
      aadsts === 700024 ? /make a fresh assertion/ : /letter by letter and in the same case/,
    )
  })

  it.each([
    ['nothing', undefined, true],
    ['an empty text', '', true],
    ['what is no JWT', 'secret', false],
    ['two lines', 'eyJ.a.b\r\nx: y', false],
  ])('that is %s is not sent', async (_, value, retryable) => {
    const { emulator, principal } = emulated
    const assertion = () => value as string
    const error = await failureOf(clientAssertion({ ...principal, assertion, endpoint }))
    expect(error).toMatchObject({ code: 'credential_failed', retryable })
    expect(error.message).toContain('assertion must be a signed JWT')
    expect(emulator.tokenRequests).toEqual([])
  })

  it('that cannot be made fails with the reason as its cause', async () => {
    const assertion = () => Promise.reject(Object.assign(new Error('sealed'), { code: 'E_VAULT' }))
    const error = await failureOf(clientAssertion({ ...emulated.principal, assertion, endpoint }))
    expect(error).toMatchObject({ code: 'credential_failed', cause: { message: 'sealed' } })
    expect(error.message).toContain('The assertion could not be read: Error: E_VAULT: sealed.')
  })

  it('is never looked at to see whether it changed: each one differs', async () => {
    const assertion = vi.fn(() => 'eyJ.a.b')
    const credential = clientAssertion({ ...emulated.principal, assertion, endpoint })
    await failureOf(credential)
    expect(await credential.changed?.()).toBe(false)
    expect(assertion).toHaveBeenCalledTimes(1)
  })
})

describe('clientAssertion()', () => {
  it('throws a TypeError for an assertion that is no function', () => {
    const principal = {
      tenantId: 'contoso.com',
      clientId: '66666666-7777-8888-9999-000000000000',
    }
    const assertion = 'eyJ.a.b' as unknown as () => string
    expect(typeErrorOf(() => clientAssertion({ ...principal, assertion }))).toContain('assertion')
  })
})
