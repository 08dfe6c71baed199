import { describe, expect, it } from 'vitest'
import {
  CloudPartnerAuthError,
  cloudPartnerAuth,
  cloudPartnerPortal,
  defineApi,
  marketplace,
  productIngestion,
} from '../src/index.ts'
import { countedCredential } from './fixtures/counted-credential.ts'

const url = 'https://cloudpartner.azure.com/api/offerTypes'

describe('auth.ready()', () => {
  it('acquires a token for the portal, and costs nothing while that is held', async () => {
    const credential = countedCredential()
    const auth = cloudPartnerAuth({ credential })
    await auth.ready()
    await auth.ready(cloudPartnerPortal)
    expect(credential.requests.map(({ audience }) => audience)).toEqual([
      'https://cloudpartner.azure.com',
    ])
  })

  it('acquires one for each of the Apis that were passed, to it or to the auth', async () => {
    const credential = countedCredential()
    await cloudPartnerAuth({ credential, apis: [marketplace, productIngestion] }).ready()
    await cloudPartnerAuth({ credential }).ready(marketplace, productIngestion)
    const audiences = [marketplace.audience, productIngestion.audience]
    expect(credential.requests.map(({ audience }) => audience)).toEqual([
      ...audiences,
      ...audiences,
    ])
  })

  it('names the Api in the error that a request would get', async () => {
    const credential = countedCredential(() => {
      throw new CloudPartnerAuthError('authority_refused', 'invalid_client.', { retryable: false })
    })
    await expect(cloudPartnerAuth({ credential }).ready(marketplace)).rejects.toMatchObject({
      code: 'authority_refused',
      message: expect.stringMatching(/^\[authority_refused\] Marketplace: invalid_client\./),
    })
  })

  it('rejects an Api that is none of this auth', async () => {
    const other = defineApi({
      name: 'Other',
      origins: ['https://other.example'],
      audience: 'https://other.example',
    })
    const auth = cloudPartnerAuth({ credential: countedCredential() })
    await expect(auth.ready(other)).rejects.toThrow(/Other/)
  })
})

describe('auth.close()', () => {
  it('forgets the token: a later request begins anew', async () => {
    const credential = countedCredential()
    const auth = cloudPartnerAuth({ credential })
    const source = auth.covering(url)?.source
    expect((await source?.get())?.reveal()).toBe('token-1')
    auth.close()
    expect(source?.current()).toBeUndefined()
    expect((await source?.get())?.reveal()).toBe('token-2')
  })

  it('ends what is under way, and those who wait for it are told', async () => {
    const ended: boolean[] = []
    const auth = cloudPartnerAuth({
      credential: {
        acquire: ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              ended.push(true)
              reject(signal.reason)
            })
          }),
      },
    })
    const waiting = auth.covering(url)?.source.get()
    await new Promise(setImmediate)
    auth.close()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    expect(ended).toEqual([true])
  })
})

describe('auth.asTokenCredential()', () => {
  it('hands out the tokens of the auth in the shape of @azure/core-auth, renewed for claims', async () => {
    const credential = countedCredential()
    const auth = cloudPartnerAuth({ credential })
    const theirs = auth.asTokenCredential(productIngestion)
    const scope = 'https://graph.microsoft.com/.default'
    const token = await theirs.getToken(scope)
    expect(token).toMatchObject({ token: 'token-1', expiresOnTimestamp: expect.any(Number) })
    expect((await theirs.getToken([scope]))?.token).toBe('token-1')
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'
    expect((await theirs.getToken(scope, { claims }))?.token).toBe('token-2')
    expect(credential.requests).toHaveLength(2)
  })

  it('refuses scopes of another audience, another tenant, and an Api that is none of the auth', async () => {
    const auth = cloudPartnerAuth({ credential: countedCredential() })
    const theirs = auth.asTokenCredential(productIngestion)
    await expect(theirs.getToken('https://vault.azure.net/.default')).rejects.toThrow(TypeError)
    const tenant = { tenantId: 'contoso.com' }
    await expect(
      theirs.getToken('https://graph.microsoft.com/.default', tenant as object),
    ).rejects.toThrow(/tenant/)
    expect(() => auth.asTokenCredential({ ...marketplace, audience: 'x', name: 'Mine' })).toThrow(
      /Mine/,
    )
  })
})
