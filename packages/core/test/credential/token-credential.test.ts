import {
  type AccessToken as AzureToken,
  ClientSecretCredential,
  ManagedIdentityCredential,
} from '@azure/identity'
import { describe, expect, it } from 'vitest'
import { type TokenCredential, tokenCredential } from '../../src/index.ts'
import { acquireOnce, failureOf, portalAudience, typeErrorOf } from '../fixtures/acquire.ts'
import { set, withCleanEnvironment } from '../fixtures/clean-environment.ts'
import { withEmulator } from '../fixtures/started-emulator.ts'

withCleanEnvironment()

describe('a credential of @azure/identity', () => {
  const emulated = withEmulator()

  it('is taken as it is, and its token is accepted by the portal', async () => {
    const { emulator } = emulated
    set(emulator.managedIdentity.appService)
    const token = await acquireOnce(tokenCredential(new ManagedIdentityCredential()))
    const response = await fetch(
      `${emulator.origin}/api/offerTypes?api-version=2016-08-01-preview`,
      { headers: { authorization: `Bearer ${token.reveal()}` } },
    )
    expect(response.status).toBe(200)
    expect(emulator.tokenRequests).toEqual([
      expect.objectContaining({ endpoint: 'app-service', resource: portalAudience, status: 200 }),
    ])
  })

  it('fits in type, whichever of them it is', () => {
    const one = new ClientSecretCredential('contoso.com', 'client', 'secret')
    expect(tokenCredential(one).identity).toBeUndefined()
  })
})

describe('an object with getToken()', () => {
  it('is asked for the default scope of the audience, with the signal of the try', async () => {
    const { credential, calls } = recording({ token: 'eyJ.a.b', expiresOnTimestamp: later })
    const { signal } = new AbortController()
    const token = await acquireOnce(tokenCredential(credential), { signal })
    expect(token.reveal()).toBe('eyJ.a.b')
    expect(token.expiresAt).toBe(later)
    expect(calls).toEqual([[`${portalAudience}/.default`, { abortSignal: signal }]])
    expect(calls[0]?.[1]?.abortSignal).toBe(signal)
  })

  it('is told the claims of a challenge, and that they are understood', async () => {
    const { credential, calls } = recording({ token: 'eyJ.a.b', expiresOnTimestamp: later })
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1772366400"}}}'
    const token = await acquireOnce(tokenCredential(credential), { claims })
    expect(calls[0]?.[1]).toMatchObject({ claims, enableCae: true })
    expect(token.claims).toBe(claims)
  })

  it('may say when the token should be renewed', async () => {
    const refreshAfterTimestamp = later - 1_000
    const { credential } = recording({
      token: 'eyJ.a.b',
      expiresOnTimestamp: later,
      refreshAfterTimestamp,
    })
    const token = await acquireOnce(tokenCredential(credential))
    expect(token.renewAt).toBe(refreshAfterTimestamp)
  })

  it.each<[string, AzureToken | null]>([
    ['nothing', null],
    ['an empty token', { token: '', expiresOnTimestamp: later }],
    ['a token that has expired', { token: 'eyJ.a.b', expiresOnTimestamp: 1 }],
    ['a token without an end', { token: 'eyJ.a.b', expiresOnTimestamp: Number.NaN }],
  ])('that gives %s is not believed', async (_, given) => {
    const { credential } = recording(given)
    expect(await failureOf(tokenCredential(credential))).toMatchObject({
      code: 'authority_answer_invalid',
    })
  })

  it('identifies processes that may share a token only where it is told so', () => {
    const { credential } = recording(null)
    expect(tokenCredential(credential)).not.toHaveProperty('identity')
    expect(tokenCredential(credential, { identity: 'contoso/app' }).identity).toBe('contoso/app')
  })
})

describe('tokenCredential()', () => {
  it.each([undefined, {}, 'eyJ.a.b', { getToken: 'eyJ.a.b' }])('throws a TypeError for %j', one => {
    expect(typeErrorOf(() => tokenCredential(one as TokenCredential))).toContain('getToken()')
  })
})

const later = Date.now() + 3_600_000

function recording(given: AzureToken | null) {
  const calls: Parameters<TokenCredential['getToken']>[] = []
  const credential: TokenCredential = {
    async getToken(...call) {
      calls.push(call)
      return given
    },
  }
  return { credential, calls }
}
