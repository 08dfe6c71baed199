import { type Emulator, type Fault, startEmulator } from '@cloud-partner-auth/emulator'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cloudPartnerAuth, type ManagedIdentityOptions, managedIdentity } from '../../src/index.ts'
import { acquireOnce, failureOf, portalAudience, typeErrorOf } from '../fixtures/acquire.ts'
import { set, withCleanEnvironment } from '../fixtures/clean-environment.ts'
import { decodeJwt } from '../fixtures/jwt.ts'
import { scriptedAuthority } from '../fixtures/scripted-authority.ts'

const assigned = {
  clientId: '0c0c0c0c-0000-4000-8000-000000000000',
  objectId: '0b0b0b0b-0000-4000-8000-000000000000',
  resourceId:
    '/subscriptions/0a/resourceGroups/offers/providers/Microsoft.ManagedIdentity/userAssignedIdentities/publisher',
}

withCleanEnvironment()
let emulator: Emulator
beforeEach(async () => {
  emulator = await startEmulator({ seed: { managedIdentities: [{}, assigned] } })
})
afterEach(async () => {
  vi.useRealTimers()
  await emulator.close()
})

const platforms = ['appService', 'imds'] as const
const endpoints = { appService: 'app-service', imds: 'imds' } as const

describe.each(platforms)('a managed identity of the kind %s', platform => {
  beforeEach(() => set(emulator.managedIdentity[platform]))

  it('hands out a token that the portal accepts, for a day', async () => {
    const token = await acquireOnce(managedIdentity())
    const hours = (token.expiresAt - token.acquiredAt) / 3_600_000
    expect(Math.round(hours)).toBe(24)
    const response = await fetch(
      `${emulator.origin}/api/offerTypes?api-version=2016-08-01-preview`,
      { headers: { authorization: `Bearer ${token.reveal()}` } },
    )
    expect(response.status).toBe(200)
    expect(emulator.tokenRequests).toEqual([
      expect.objectContaining({
        endpoint: endpoints[platform],
        resource: portalAudience,
        status: 200,
      }),
    ])
  })

  it.each(Object.entries(assigned))('is the user-assigned one that a %s names', async (by, id) => {
    const credential = managedIdentity({ [by]: id })
    const { claims } = decodeJwt((await acquireOnce(credential)).reveal())
    expect(claims).toMatchObject({ appid: assigned.clientId, oid: assigned.objectId })
    expect(credential.identity).toBe(`managed-identity/${by}/${id}`)
  })

  it('has no identity where it is system-assigned: those of two machines are not the same', async () => {
    const credential = managedIdentity()
    expect(credential.identity).toBeUndefined()
    const { claims } = decodeJwt((await acquireOnce(credential)).reveal())
    expect(claims['appid']).not.toBe(assigned.clientId)
  })

  it('that was never assigned is refused for good, with what to do', async () => {
    const error = await failureOf(
      managedIdentity({ clientId: 'd0d0d0d0-0000-4000-8000-000000000000' }),
    )
    expect(error).toMatchObject({ code: 'authority_refused', status: 400, retryable: false })
    expect(error.message).toContain('assign the user-assigned one, under Identity')
  })

  it.each<[string, Fault]>([
    ['429', { type: 'throttle', on: 'managed-identity', retryAfter: 7 }],
    ['500', { type: 'error', on: 'managed-identity', status: 500 }],
    ['503', { type: 'error', on: 'managed-identity', status: 503 }],
  ])('that answers %s is worth another try', async (status, fault) => {
    const now = Date.parse('2026-03-01T12:00:00Z')
    vi.useFakeTimers({ toFake: ['Date'], now })
    emulator.faults.add({ ...fault, count: 1 })
    const error = await failureOf(managedIdentity())
    expect(error).toMatchObject({
      code: 'authority_unavailable',
      status: Number(status),
      retryable: true,
    })
    expect(error.retryAt).toBe(status === '429' ? now + 7_000 : undefined)
    await acquireOnce(managedIdentity())
  })

  it('that cannot be reached says that it is there on Azure hosts only', async () => {
    await emulator.close()
    const error = await failureOf(managedIdentity())
    expect(error).toMatchObject({
      code: 'authority_unreachable',
      retryable: true,
      cause: { cause: { code: 'ECONNREFUSED' } },
    })
    expect(error.message).toContain('Azure hosts only')
  })

  it('does not follow a redirect, which would carry the header along', async () => {
    emulator.faults.add({ type: 'redirect', on: 'managed-identity', to: 'other-host' })
    const error = await failureOf(managedIdentity())
    expect(error).toMatchObject({ code: 'authority_redirected', retryable: false })
    expect(emulator.tokenRequests).toHaveLength(1)
  })

  it('knows no claims: a challenge brings a token all the same', async () => {
    const token = await acquireOnce(managedIdentity(), { claims: '{"access_token":{}}' })
    expect(token.claims).toBeUndefined()
  })

  it('is one token request for all requests of a cloudPartnerAuth', async () => {
    const apis = [{ name: 'portal', origins: [emulator.origin], audience: portalAudience }]
    const auth = cloudPartnerAuth({ credential: managedIdentity(), apis })
    const source = auth.covering(`${emulator.origin}/api/offerTypes`)?.source
    await Promise.all(Array.from({ length: 100 }, () => source?.get()))
    expect(emulator.tokenRequests).toHaveLength(1)
  })
})

describe('a managed identity of App Service', () => {
  it('reads its variables for each token: they change when the host does', async () => {
    const credential = managedIdentity()
    set({ ...emulator.managedIdentity.appService, IDENTITY_HEADER: 'of the host before' })
    const error = await failureOf(credential)
    expect(error).toMatchObject({ code: 'authority_refused', status: 401, retryable: false })
    expect(error.message).toContain('IDENTITY_HEADER changes whenever the app starts')
    expect(error.message).not.toContain('of the host before')
    set(emulator.managedIdentity.appService)
    await acquireOnce(credential)
  })

  it('says what the platform said, in its shape', async () => {
    const body = {
      statusCode: 400,
      message: 'No Managed Identity found for specified ClientId/ResourceId/PrincipalId.',
      correlationId: 'c0ffee00-0000-4000-8000-000000000000',
    }
    await using platform = await scriptedAuthority({ status: 400, body })
    set({ IDENTITY_ENDPOINT: `${platform.origin}/msi/token`, IDENTITY_HEADER: 'header' })
    const error = await failureOf(managedIdentity())
    expect(error).toMatchObject({ status: 400, correlationId: body.correlationId })
    expect(error.message).toContain(body.message)
    expect(platform.received[0]?.headers).toMatchObject({ 'x-identity-header': 'header' })
    expect(platform.received[0]?.headers).not.toHaveProperty('metadata')
  })

  it('keeps what its URL has in its query', async () => {
    await using platform = await scriptedAuthority({ status: 400, body: {} })
    set({ IDENTITY_ENDPOINT: `${platform.origin}/msi/token?slot=1`, IDENTITY_HEADER: 'header' })
    await failureOf(managedIdentity(assignedBy('objectId')))
    const query = new URL(platform.received[0]?.path ?? '', platform.origin).searchParams
    expect(Object.fromEntries(query)).toEqual({
      slot: '1',
      'api-version': '2019-08-01',
      resource: portalAudience,
      principal_id: assigned.objectId,
    })
  })

  it('finds 404 to be no passing state', async () => {
    await using platform = await scriptedAuthority({ status: 404, body: {} })
    set({ IDENTITY_ENDPOINT: platform.origin, IDENTITY_HEADER: 'header' })
    expect(await failureOf(managedIdentity())).toMatchObject({ retryable: false, status: 404 })
  })

  it.each(['IDENTITY_SERVER_THUMBPRINT', 'IMDS_ENDPOINT'])(
    'is not taken for the other kind that %s tells of',
    async name => {
      set({ ...emulator.managedIdentity.appService, [name]: 'set' })
      const error = await failureOf(managedIdentity())
      expect(error).toMatchObject({ code: 'credential_failed', retryable: false })
      expect(error.message).toContain('tokenCredential(new ManagedIdentityCredential())')
      expect(emulator.tokenRequests).toEqual([])
    },
  )
})

describe('a managed identity of the Instance Metadata Service', () => {
  it('is asked with the Metadata header at the fixed address, by the fetch it is given', async () => {
    const sent: string[] = []
    const fetch: typeof globalThis.fetch = async (url, init) => {
      sent.push(`${init?.method} ${url} ${new Headers(init?.headers).get('metadata')}`)
      return Response.json({ access_token: 'eyJ.a.b', token_type: 'Bearer', expires_in: '3599' })
    }
    await acquireOnce(managedIdentity({ ...assignedBy('resourceId'), fetch }))
    const query = new URLSearchParams({
      'api-version': '2018-02-01',
      resource: portalAudience,
      msi_res_id: assigned.resourceId,
    })
    expect(sent).toEqual([
      `GET http://169.254.169.254/metadata/identity/oauth2/token?${query} true`,
    ])
  })

  it.each([404, 410])('passes %d by: the service is being updated', async status => {
    set(emulator.managedIdentity.imds)
    emulator.faults.add({ type: 'answer', on: 'managed-identity', status, count: 1, body: {} })
    const error = await failureOf(managedIdentity())
    expect(error).toMatchObject({ code: 'authority_unavailable', status, retryable: true })
    await acquireOnce(managedIdentity())
  })

  it('is refused for good with identity_not_found', async () => {
    const body = { error: 'identity_not_found', error_description: 'Nothing here.' }
    await using platform = await scriptedAuthority({ status: 400, body })
    set({ AZURE_POD_IDENTITY_AUTHORITY_HOST: platform.origin })
    const error = await failureOf(managedIdentity())
    expect(error).toMatchObject({ oauthError: 'identity_not_found', retryable: false })
    expect(error.message).toContain('Turn the system-assigned identity on')
  })

  it('passes on the code that Entra gave it, with what to do', async () => {
    set(emulator.managedIdentity.imds)
    const credential = managedIdentity()
    const error = await credential
      .acquire({ audience: 'api://nobody', signal: new AbortController().signal })
      .catch(thrown => thrown)
    expect(error).toMatchObject({ oauthError: 'invalid_resource', aadsts: 500011 })
    expect(error.message).toContain("Check the Api's audience")
  })

  it.each(['not a URL', 'file:///etc/passwd'])(
    'is not looked for at %s',
    async AZURE_POD_IDENTITY_AUTHORITY_HOST => {
      set({ AZURE_POD_IDENTITY_AUTHORITY_HOST })
      const error = await failureOf(managedIdentity())
      expect(error).toMatchObject({ code: 'credential_failed', retryable: false })
      expect(error.message).toContain('AZURE_POD_IDENTITY_AUTHORITY_HOST must be an http or https')
    },
  )
})

describe('managedIdentity(), told something wrong, throws a TypeError that names it', () => {
  it.each<[string, object]>([
    ['clientId, objectId', { clientId: 'a', objectId: 'b' }],
    ['objectId, resourceId', { objectId: 'b', resourceId: 'c' }],
    ['clientId', { clientId: '' }],
    ['resourceId', { resourceId: 42 }],
    ['fetch', { fetch: 'fetch' }],
  ])('%s', (named, options) => {
    expect(typeErrorOf(() => managedIdentity(options))).toContain(named)
  })
})

function assignedBy(name: keyof typeof assigned): ManagedIdentityOptions {
  return { [name]: assigned[name] }
}
