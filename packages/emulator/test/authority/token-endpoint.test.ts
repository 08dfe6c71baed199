import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/index.ts'
import { audience, credentials, requestToken } from '../requests.ts'

let emulator: Emulator
let tenant: string
beforeAll(async () => {
  emulator = await startEmulator({ seed: { resources: ['https://resource.example/'] } })
  tenant = emulator.env['AZURE_TENANT_ID'] ?? ''
})
afterAll(() => emulator.close())

describe('the v1 token endpoint', () => {
  it('answers with every number as a string', async () => {
    const { status, body } = await requestToken(emulator, 'v1')
    expect(status).toBe(200)
    expect(body).toEqual({
      token_type: 'Bearer',
      expires_in: '3599',
      ext_expires_in: '3599',
      expires_on: expect.stringMatching(/^\d{10}$/),
      not_before: expect.stringMatching(/^\d{10}$/),
      resource: audience,
      access_token: expect.any(String),
    })
  })

  it('gives a token for Azure AD Graph when no resource is named', async () => {
    const { status, body } = await requestToken(emulator, 'v1', { resource: undefined })
    expect(status).toBe(200)
    expect(decodeJwt(String(body['access_token'])).aud).toBe('00000002-0000-0000-c000-000000000000')
  })

  it('takes the fields as multipart too', async () => {
    const form = new FormData()
    for (const [name, value] of Object.entries(credentials(emulator))) form.append(name, value)
    form.append('resource', audience)
    const url = `${emulator.origin}/${tenant}/oauth2/token`
    const response = await fetch(url, { method: 'POST', body: form })
    expect(response.status).toBe(200)
  })
})

describe('the v2 token endpoint', () => {
  it('answers with numbers and nothing of v1', async () => {
    const { status, body, headers } = await requestToken(emulator, 'v2')
    expect(status).toBe(200)
    expect(body).toEqual({
      token_type: 'Bearer',
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.any(String),
    })
    expect(headers.get('cache-control')).toBe('no-store, no-cache')
  })

  it('keeps the slash of a resource that ends in one', async () => {
    const scope = 'https://resource.example//.default'
    const { body } = await requestToken(emulator, 'v2', { scope })
    expect(decodeJwt(String(body['access_token'])).aud).toBe('https://resource.example/')
  })
})

describe('a token', () => {
  it('carries the claims and the header of the v1 format from both endpoints', async () => {
    for (const version of ['v1', 'v2'] as const) {
      const { body } = await requestToken(emulator, version)
      const token = String(body['access_token'])
      const { iat = 0, ...claims } = decodeJwt(token)
      expect(claims).toMatchObject({
        iss: `https://sts.windows.net/${tenant}/`,
        aud: audience,
        appid: emulator.env['AZURE_CLIENT_ID'],
        appidacr: '1',
        idtyp: 'app',
        tid: tenant,
        oid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        uti: expect.stringMatching(/^[\w-]{22}$/),
        ver: '1.0',
        exp: iat + 3599,
        nbf: iat - 300,
      })
      expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', typ: 'JWT' })
    }
  })

  it('says of itself what the client cannot choose by the claims parameter', async () => {
    const claims = { access_token: { appid: { value: 'other' }, acrs: { value: 'c1' } } }
    const { body } = await requestToken(emulator, 'v2', { claims: JSON.stringify(claims) })
    expect(decodeJwt(String(body['access_token']))).toMatchObject({
      appid: emulator.env['AZURE_CLIENT_ID'],
      acrs: ['c1'],
    })
  })

  it('is never the same twice', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => requestToken(emulator, 'v2')),
    )
    expect(new Set(answers.map(({ body }) => body['access_token'])).size).toBe(20)
  })
})

describe('a mistake in a token request', () => {
  const cases: [
    string,
    number,
    number,
    string,
    Parameters<typeof requestToken> extends [unknown, ...infer R] ? R : never,
  ][] = [
    ['a wrong secret', 7000215, 401, 'invalid_client', ['v2', { client_secret: 'wrong' }]],
    ['no credential', 7000216, 401, 'invalid_client', ['v2', { client_secret: undefined }]],
    ['an empty secret', 7000216, 401, 'invalid_client', ['v1', { client_secret: '' }]],
    [
      'an unknown app',
      700016,
      400,
      'unauthorized_client',
      ['v2', { client_id: '11111111-2222-3333-4444-555555555555' }],
    ],
    ['no client_id', 900144, 400, 'invalid_request', ['v2', { client_id: undefined }]],
    ['no grant_type', 900144, 400, 'invalid_request', ['v1', { grant_type: undefined }]],
    [
      'another grant_type',
      70003,
      400,
      'unsupported_grant_type',
      ['v2', { grant_type: 'password' }],
    ],
    [
      'an unknown tenant',
      90002,
      400,
      'invalid_tenant',
      ['v2', {}, '11111111-2222-3333-4444-555555555555'],
    ],
    ['an unknown domain', 90002, 400, 'invalid_tenant', ['v1', {}, 'nobody.onmicrosoft.com']],
    ['a malformed tenant', 900023, 400, 'invalid_request', ['v2', {}, 'undefined']],
    ['the tenant "common"', 9001023, 400, 'invalid_request', ['v2', {}, 'common']],
    ['the tenant "organizations"', 50059, 400, 'invalid_request', ['v2', {}, 'organizations']],
    ['no scope on v2', 900144, 400, 'invalid_request', ['v2', { scope: undefined }]],
    ['a resource on v2', 901002, 400, 'invalid_request', ['v2', { resource: audience }]],
    [
      'a scope that is not /.default',
      1002012,
      400,
      'invalid_scope',
      ['v2', { scope: `${audience}/user_impersonation` }],
    ],
    [
      'two scopes',
      1002012,
      400,
      'invalid_scope',
      ['v2', { scope: `${audience}/.default https://graph.microsoft.com/.default` }],
    ],
    [
      '/.default as the resource of v1',
      500011,
      400,
      'invalid_resource',
      ['v1', { resource: `${audience}/.default` }],
    ],
    [
      'an unknown resource',
      500011,
      400,
      'invalid_resource',
      ['v2', { scope: 'https://nowhere.example/.default' }],
    ],
  ]

  it.each(cases)('%s is AADSTS%i', async (_title, code, status, error, request) => {
    const answer = await requestToken(emulator, ...request)
    expect(answer.status).toBe(status)
    expect(answer.body).toEqual({
      error,
      error_description: expect.stringMatching(
        new RegExp(
          `^AADSTS${code}: .+ Trace ID: \\S+ Correlation ID: \\S+ Timestamp: [\\d-]+ [\\d:]+Z$`,
        ),
      ),
      error_codes: [code],
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
      trace_id: expect.any(String),
      correlation_id: expect.any(String),
      error_uri: `${emulator.origin}/error?code=${code}`,
    })
  })

  it('JSON instead of a form looks like a missing grant_type', async () => {
    const response = await fetch(`${emulator.origin}/${tenant}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials(emulator)),
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error_codes: [900144] })
  })

  it.each(['nonsense', '[]', '{"access_token":1}'])('the claims %s are refused', async claims => {
    const { body } = await requestToken(emulator, 'v2', { claims })
    expect(body).toMatchObject({ error_codes: [9002313] })
  })

  it('a repeated field is refused', async () => {
    const form = new URLSearchParams({ ...credentials(emulator), resource: audience })
    form.append('resource', audience)
    const url = `${emulator.origin}/${tenant}/oauth2/token`
    const response = await fetch(url, { method: 'POST', body: form })
    expect(await response.json()).toMatchObject({ error_codes: [9000411] })
  })

  it('GET is refused', async () => {
    const response = await fetch(`${emulator.origin}/${tenant}/oauth2/v2.0/token`)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error_codes: [900561] })
  })

  it('never shows the secret that was sent', async () => {
    const secret = `canary-${crypto.randomUUID()}`
    const { body } = await requestToken(emulator, 'v2', { client_secret: secret })
    expect(JSON.stringify(body)).not.toContain(secret)
    expect(JSON.stringify([emulator.tokenRequests, emulator.requests])).not.toContain(secret)
  })
})

describe('HTTP Basic', () => {
  it('authenticates an app, with its parts form-urlencoded', async () => {
    const { client_id = '', client_secret = '' } = credentials(emulator)
    const encoded = `${encodeURIComponent(client_id)}:${encodeURIComponent(client_secret)}`
    const response = await fetch(`${emulator.origin}/${tenant}/oauth2/v2.0/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(encoded)}` },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: `${audience}/.default`,
      }),
    })
    expect(response.status).toBe(200)
  })
})

describe('the log of token requests', () => {
  it('says who asked for what and what came of it', async () => {
    emulator.clearLog()
    const { body } = await requestToken(emulator, 'v1', {}, tenant.toUpperCase())
    await requestToken(emulator, 'v2', { client_secret: 'wrong', claims: '{}' })
    const clientId = emulator.env['AZURE_CLIENT_ID']
    expect(emulator.tokenRequests).toMatchObject([
      {
        endpoint: 'v1',
        tenant: tenant.toUpperCase(),
        clientId,
        resource: audience,
        status: 200,
        tokenId: decodeJwt(String(body['access_token']))['uti'],
      },
      {
        endpoint: 'v2',
        clientId,
        scope: `${audience}/.default`,
        claims: '{}',
        status: 401,
        error: 7000215,
      },
    ])
  })
})

describe('an app with an expired secret', () => {
  it('is told so', async () => {
    await using expired = await startEmulator({
      seed: { tenants: [{ apps: [{ secrets: [{ expiresAt: '2020-01-01T00:00:00Z' }] }] }] },
    })
    const { status, body } = await requestToken(expired, 'v2')
    expect([status, body['error_codes']]).toEqual([401, [7000222]])
  })
})

describe('seeded tokens', () => {
  it('live as long as the seed says and say when to renew', async () => {
    await using seeded = await startEmulator({
      seed: { tokens: { lifetime: 86_399_000, refreshAfter: 43_199_000 } },
    })
    expect((await requestToken(seeded, 'v2')).body).toMatchObject({
      expires_in: 86399,
      refresh_in: 43199,
    })
    expect((await requestToken(seeded, 'v1')).body).toMatchObject({ expires_in: '86399' })
  })
})
