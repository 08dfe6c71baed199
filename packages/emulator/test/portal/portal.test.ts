import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/index.ts'
import { freshToken, requestToken, send } from '../requests.ts'

const stranger = '99999999-8888-7777-6666-555555555555'
let emulator: Emulator
let token: string
beforeAll(async () => {
  emulator = await startEmulator({
    seed: {
      tenants: [{ apps: [{}, { clientId: stranger, secrets: [{ value: 'stranger-secret' }] }] }],
      publishers: [
        { id: 'contoso', sellerId: 42, offers: [{ id: 'vm' }] },
        { id: 'closed', apps: [stranger] },
      ],
    },
  })
  token = await freshToken(emulator)
})
beforeEach(() => emulator.clearLog())
afterAll(() => emulator.close())

async function get(path: string, as = token): Promise<{ status: number; body: unknown }> {
  const response = await send(emulator, as, path)
  return { status: response.status, body: await response.json() }
}

describe('the api-version', () => {
  it.each(['2016-08-01-preview', '2017-10-31'])('%s is accepted', async version => {
    expect((await get(`/api/offerTypes?api-version=${version}`)).status).toBe(200)
    expect((await get(`/api/offerTypes?API-Version=${version}`)).status).toBe(200)
  })

  it.each(['', '?api-version=', '?api-version=2018-08-31', '?apiversion=2017-10-31'])(
    '%j is refused with the versions there are',
    async query => {
      expect(await get(`/api/offerTypes${query}`)).toEqual({
        status: 400,
        body: {
          error: {
            code: 'InvalidAPIVersion',
            message: 'Invalid api version. Allowed values are [2016-08-01-preview, 2017-10-31]',
          },
        },
      })
    },
  )
})

describe('GET /api/publishers', () => {
  it('lists the publishers that the app may use', async () => {
    const { body } = await get('/api/publishers?api-version=2017-10-31')
    expect(body).toEqual([
      {
        id: 'contoso',
        version: 1,
        definition: { displayText: 'contoso', offerTypeCategories: ['azure'], sellerId: 42 },
      },
    ])
  })
})

describe('GET /api/publishers/{publisherId}/offers', () => {
  it('lists the offers of a publisher', async () => {
    const { status, body } = await get('/api/publishers/contoso/offers?api-version=2017-10-31')
    expect(status).toBe(200)
    expect(body).toMatchObject([{ id: 'vm', publisherId: 'contoso', status: 'neverPublished' }])
  })

  it.each(['closed', 'nobody'])('forbids the publisher %s', async publisher => {
    expect(await get(`/api/publishers/${publisher}/offers?api-version=2017-10-31`)).toEqual({
      status: 403,
      body: {
        error: { code: 'Forbidden', message: 'User does not have the required permissions' },
      },
    })
  })

  it('admits the app that the seed names', async () => {
    const { body } = await requestToken(emulator, 'v2', {
      client_id: stranger,
      client_secret: 'stranger-secret',
    })
    const path = '/api/publishers/closed/offers?api-version=2017-10-31'
    expect(await get(path, String(body['access_token']))).toEqual({ status: 200, body: [] })
  })
})

describe('/api/echo', () => {
  it('says what arrived', async () => {
    const content = Buffer.alloc(5 * 1024 * 1024, 'é')
    const response = await send(emulator, token, '/api/echo?api-version=2017-10-31&x=%20+$', {
      method: 'PUT',
      body: content,
      headers: { 'content-type': 'application/octet-stream' },
    })
    const sha256 = createHash('sha256').update(content).digest('hex')
    expect(await response.json()).toEqual({
      method: 'PUT',
      url: '/api/echo?api-version=2017-10-31&x=%20+$',
      bytes: content.length,
      sha256,
      contentType: 'application/octet-stream',
      contentLength: String(content.length),
    })
    const [entry] = emulator.requests
    expect(entry?.body).toMatchObject({ bytes: content.length, sha256, complete: true })
    expect(entry?.body.text).toHaveLength(32 * 1024)
  })
})

describe('the log of API requests', () => {
  it('keeps unknown paths with their bodies, and no authorization', async () => {
    const response = await send(emulator, token, '/api/nothing/at%2Fall?api-version=2017-10-31', {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'user-agent': 'tester/1', cookie: 'session=canary' },
    })
    expect(response.status).toBe(404)
    expect(emulator.requests).toMatchObject([
      {
        method: 'POST',
        url: '/api/nothing/at%2Fall?api-version=2017-10-31',
        path: '/api/nothing/at%2Fall',
        apiVersion: '2017-10-31',
        client: 'tester/1',
        headers: { authorization: 'Bearer' },
        token: { claims: { appid: emulator.env['AZURE_CLIENT_ID'] } },
        body: { bytes: 7, text: '{"a":1}', complete: true },
        status: 404,
      },
    ])
    const log = JSON.stringify(emulator.requests)
    expect(log).not.toContain(token)
    expect(log).not.toContain('canary')
  })

  it('tells a request that repeats a refused one with another token', async () => {
    await using other = await startEmulator()
    const path = '/api/publishers?api-version=2017-10-31'
    const old = await freshToken(other)
    other.revokeTokens()
    await send(other, old, path)
    await send(other, old, path)
    await send(other, await freshToken(other), '/api/offerTypes?api-version=2017-10-31')
    const fresh = await freshToken(other)
    for (let sent = 0; sent < 3; sent++) await send(other, fresh, path)
    const [first, second, ...rest] = other.requests
    expect([first?.resendOf, second?.resendOf]).toEqual([undefined, undefined])
    expect(rest.map(({ resendOf }) => resendOf)).toEqual([
      undefined,
      first?.id,
      second?.id,
      undefined,
    ])
  })

  it('tells the age of a token in emulated time', async () => {
    const fresh = await freshToken(emulator)
    emulator.clock.advance(60_000)
    await send(emulator, fresh, '/api/offerTypes?api-version=2017-10-31')
    const age = emulator.requests.at(-1)?.token?.age ?? 0
    expect(age).toBeGreaterThanOrEqual(60_000)
    expect(age).toBeLessThan(120_000)
  })
})
