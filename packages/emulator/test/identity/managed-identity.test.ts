import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/index.ts'
import { audience, send } from '../requests.ts'

const userAssigned = {
  clientId: '5e29463d-71da-4fe0-8e69-999b57db23b0',
  objectId: '5e29463d-71da-4fe0-8e69-999b57db23b1',
  resourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/x',
}
const start = Date.UTC(2026, 0, 1)
let emulator: Emulator
beforeAll(async () => {
  emulator = await startEmulator({
    seed: { managedIdentities: [{}, userAssigned] },
    clock: { now: () => start },
  })
})
afterAll(() => emulator.close())

type Query = Record<string, string>
type Answer = { status: number; body: Record<string, unknown> }

async function get(url: string, query: Query, headers: Query): Promise<Answer> {
  const response = await fetch(`${url}?${new URLSearchParams(query)}`, { headers })
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}

const appService = (
  query: Query = {},
  header = emulator.managedIdentity.appService['IDENTITY_HEADER'],
) =>
  get(
    emulator.managedIdentity.appService['IDENTITY_ENDPOINT'] ?? '',
    { 'api-version': '2019-08-01', resource: audience, ...query },
    header === undefined ? {} : { 'x-identity-header': header },
  )

const imds = (query: Query = {}, headers: Query = { metadata: 'true' }) =>
  get(
    `${emulator.managedIdentity.imds['AZURE_POD_IDENTITY_AUTHORITY_HOST']}/metadata/identity/oauth2/token`,
    { 'api-version': '2018-02-01', resource: audience, ...query },
    headers,
  )

const expiresOn = String((start + 86_400_000) / 1000)

describe('the App Service endpoint', () => {
  it('gives a token to whoever knows the header', async () => {
    const { status, body } = await appService()
    expect(status).toBe(200)
    expect(body).toEqual({
      access_token: expect.any(String),
      client_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      expires_on: expiresOn,
      resource: audience,
      token_type: 'Bearer',
    })
    const token = String(body['access_token'])
    expect(decodeJwt(token)).toMatchObject({ aud: audience, appid: body['client_id'] })
    expect((await send(emulator, token, '/api/publishers?api-version=2017-10-31')).status).toBe(200)
    expect(emulator.tokenRequests.at(-1)).toMatchObject({
      endpoint: 'app-service',
      clientId: body['client_id'],
      resource: audience,
      status: 200,
    })
  })

  it.each([
    ['client_id', userAssigned.clientId],
    ['principal_id', userAssigned.objectId],
    ['mi_res_id', userAssigned.resourceId],
  ])('finds a user-assigned identity by %s', async (name, value) => {
    expect((await appService({ [name]: value })).body['client_id']).toBe(userAssigned.clientId)
  })

  it('refuses mistakes in its own words', async () => {
    expect((await appService({}, 'wrong')).status).toBe(401)
    expect(await appService({ client_id: 'nobody' })).toMatchObject({
      status: 400,
      body: { statusCode: 400, message: expect.stringContaining('No Managed Identity found') },
    })
    expect((await appService({ 'api-version': '2017-09-01' })).status).toBe(400)
    expect((await appService({ resource: '' })).status).toBe(400)
    expect((await appService({ resource: 'https://nowhere.example' })).status).toBe(400)
  })

  it('never logs the header', () => {
    const header = emulator.managedIdentity.appService['IDENTITY_HEADER']
    expect(JSON.stringify([emulator.requests, emulator.tokenRequests])).not.toContain(header)
  })
})

describe('IMDS', () => {
  it('gives a token with every number as a string', async () => {
    expect(await imds()).toMatchObject({
      status: 200,
      body: {
        access_token: expect.any(String),
        expires_in: '86400',
        expires_on: expiresOn,
        not_before: String(start / 1000 - 300),
        resource: audience,
        token_type: 'Bearer',
      },
    })
    expect(emulator.tokenRequests.at(-1)).toMatchObject({ endpoint: 'imds', status: 200 })
  })

  it('finds a user-assigned identity by object_id', async () => {
    const { body } = await imds({ object_id: userAssigned.objectId })
    expect(body['client_id']).toBe(userAssigned.clientId)
  })

  it.each<[string, Query, Query, RegExp]>([
    ['no Metadata header', {}, {}, /Required metadata header not specified/],
    [
      'a forwarded request',
      {},
      { metadata: 'true', 'x-forwarded-for': '1.2.3.4' },
      /X-Forwarded-For/,
    ],
    ['no resource', { resource: '' }, { metadata: 'true' }, /audience parameter/],
    ['no api-version', { 'api-version': '' }, { metadata: 'true' }, /api-version/],
    ['an unknown identity', { client_id: 'nobody' }, { metadata: 'true' }, /Identity not found/],
    [
      'an unknown resource',
      { resource: 'https://nowhere.example' },
      { metadata: 'true' },
      /500011/,
    ],
  ])('refuses %s', async (_title, query, headers, message) => {
    const { status, body } = await imds(query, headers)
    expect(status).toBe(400)
    expect(body['error_description']).toMatch(message)
  })

  it('meets faults like the other services', async () => {
    emulator.faults.add({ type: 'throttle', on: 'managed-identity', retryAfter: 1, count: 1 })
    const url = `${emulator.origin}/metadata/identity/oauth2/token`
    expect((await fetch(url)).status).toBe(429)
    emulator.faults.add({ type: 'refuse', on: 'managed-identity', count: 2 })
    expect((await imds()).status).toBe(401)
    expect((await appService()).status).toBe(401)
  })
})
