import { startEmulator } from '@cloud-partner-auth/emulator'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { authorized } from '../../src/adapter.ts'
import type { CloudPartnerAuthError } from '../../src/cloud-partner-auth-error.ts'
import {
  type AccessToken,
  type Api,
  type ClientSecretOptions,
  type Credential,
  clientSecret,
  cloudPartnerAuth,
  cloudPartnerPortal,
  type TokenEvent,
  tokenEndpoint,
} from '../../src/index.ts'
import { fetchClient } from '../fixtures/fetch-client.ts'
import { type Scripted, scriptedAuthority } from '../fixtures/scripted-authority.ts'

const tenantId = '11111111-2222-3333-4444-555555555555'
const clientId = '66666666-7777-8888-9999-000000000000'
const secret = 'Abc8Q~secret+/=&% ä'
const audience = 'https://cloudpartner.azure.com'
const now = Date.parse('2026-03-01T12:00:00Z')

const v1 = {
  token_type: 'Bearer',
  expires_in: '3599',
  ext_expires_in: '3599',
  expires_on: '1772369999',
  not_before: '1772366100',
  resource: audience,
  access_token: 'eyJ.a.b',
}
const v2 = { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: 'eyJ.a.b' }
const wrongSecret = {
  error: 'invalid_client',
  error_description:
    "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '6666'. Trace ID: 0a0a0a0a-0000-4000-8000-000000000000 Correlation ID: c0ffee00-0000-4000-8000-000000000000 Timestamp: 2026-03-01 12:00:00Z",
  error_codes: [7000215],
  timestamp: '2026-03-01 12:00:00Z',
  trace_id: '0a0a0a0a-0000-4000-8000-000000000000',
  correlation_id: 'c0ffee00-0000-4000-8000-000000000000',
  error_uri: 'https://login.microsoftonline.com/error?code=7000215',
}
const html = '<!doctype html><title>Bad Gateway</title>'

beforeEach(() => {
  for (const name of ['AZURE_AUTHORITY_HOST', 'CLOUD_PARTNER_EMULATOR']) {
    vi.stubEnv(name, undefined)
  }
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

describe.each([
  { name: 'clientSecret', make: clientSecret, success: v2, path: `/${tenantId}/oauth2/v2.0/token` },
  { name: 'tokenEndpoint', make: tokenEndpoint, success: v1, path: `/${tenantId}/oauth2/token` },
])('$name', ({ name, make, success, path }) => {
  const credentialAt = (authorityHost: string, options: Partial<ClientSecretOptions> = {}) =>
    make({ tenantId, clientId, secret, authorityHost, ...options })

  it('gives the token, with its lifetime counted from the request', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now })
    await using authority = await scriptedAuthority({ body: success })
    const token = await acquire(credentialAt(authority.origin))
    expect(token.reveal()).toBe('eyJ.a.b')
    expect(token).toMatchObject({ acquiredAt: now, expiresAt: now + 3_599_000 })
    expect(token.renewAt).toBeUndefined()
  })

  it('makes one POST with the secret intact, and no discovery call', async () => {
    await using authority = await scriptedAuthority({ body: success })
    await acquire(credentialAt(authority.origin))
    expect(authority.received).toHaveLength(1)
    const [request] = authority.received
    expect(request).toMatchObject({
      method: 'POST',
      form: { grant_type: 'client_credentials', client_id: clientId, client_secret: secret },
      headers: { accept: 'application/json' },
    })
    expect(request?.path.split('?')[0]).toBe(path)
    expect(request?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/)
    expect(request?.headers.authorization).toBeUndefined()
    expect(request?.path).not.toContain('secret')
  })

  it('makes a token request of each acquisition: nothing is cached or blocked in between', async () => {
    await using authority = await scriptedAuthority({ status: 503, body: html }, { body: success })
    const credential = credentialAt(authority.origin)
    await expect(acquire(credential)).rejects.toThrow()
    await acquire(credential)
    await acquire(credential)
    expect(authority.received).toHaveLength(3)
  })

  it('is for any tenant by its domain name, and any cloud by its host with or without a slash', async () => {
    await using authority = await scriptedAuthority({ body: success })
    await acquire(credentialAt(`${authority.origin}/`, { tenantId: 'contoso.onmicrosoft.com' }))
    expect(authority.received[0]?.path).toContain('/contoso.onmicrosoft.com/oauth2/')
  })

  it('goes to the authority that AZURE_AUTHORITY_HOST names', async () => {
    await using authority = await scriptedAuthority({ body: success })
    vi.stubEnv('AZURE_AUTHORITY_HOST', authority.origin)
    await acquire(make({ tenantId, clientId, secret }))
    expect(authority.received).toHaveLength(1)
  })

  it('sends to the public cloud by default, by the fetch it is given', async () => {
    const urls: string[] = []
    const fetch: typeof globalThis.fetch = async (url, init) => {
      urls.push(`${init?.method} ${new URL(String(url)).origin}${new URL(String(url)).pathname}`)
      expect(init?.redirect).toBe('manual')
      return Response.json(success)
    }
    await acquire(make({ tenantId, clientId, secret, fetch }))
    expect(urls).toEqual([`POST https://login.microsoftonline.com${path}`])
  })

  it('sends by the global fetch as it is when the token is asked for', async () => {
    const credential = credentialAt('https://login.example')
    const fetch = vi.fn(async () => Response.json(success))
    vi.stubGlobal('fetch', fetch)
    await acquire(credential)
    expect(fetch).toHaveBeenCalledTimes(1)
  })

  it('sends the claims of a challenge along and remembers them', async () => {
    await using authority = await scriptedAuthority({ body: success })
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1772366400"}}}'
    const token = await acquire(credentialAt(authority.origin), { claims })
    expect(JSON.parse(authority.received[0]?.form['claims'] ?? '')).toMatchObject(
      JSON.parse(claims),
    )
    expect(token.claims).toBe(claims)
  })

  it('says nothing of claims where there are none', async () => {
    await using authority = await scriptedAuthority({ body: success })
    await acquire(credentialAt(authority.origin))
    expect(authority.received[0]?.form).not.toHaveProperty('claims')
  })

  it.each([301, 302, 303, 307, 308])(
    'does not follow a redirect, so that the secret stays where it was sent: %d',
    async status => {
      await using other = await scriptedAuthority({ body: success })
      await using authority = await scriptedAuthority({
        status,
        headers: { location: `${other.origin}${path}` },
      })
      const error = await failure(credentialAt(authority.origin))
      expect(error).toMatchObject({ code: 'authority_redirected', status, retryable: false })
      expect(authority.received).toHaveLength(1)
      expect(other.received).toEqual([])
    },
  )

  it('reads what the authority says of a wrong secret', async () => {
    await using authority = await scriptedAuthority({ status: 401, body: wrongSecret })
    const error = await failure(credentialAt(authority.origin))
    expect(error).toMatchObject({
      name: 'CloudPartnerAuthError',
      code: 'authority_refused',
      retryable: false,
      status: 401,
      oauthError: 'invalid_client',
      aadsts: 7000215,
      correlationId: 'c0ffee00-0000-4000-8000-000000000000',
      traceId: '0a0a0a0a-0000-4000-8000-000000000000',
    })
    expect(error.message).toMatch(/^\[authority_refused\] .*invalid_client.*AADSTS7000215/)
  })

  const unavailable = { code: 'authority_unavailable', retryable: true }
  const invalid = { code: 'authority_answer_invalid' }
  const refused = { code: 'authority_refused', retryable: false }
  it.each<[string, Scripted, object]>([
    [
      '429 with Retry-After in seconds',
      { status: 429, headers: { 'retry-after': '60' }, body: 'Too Many Requests' },
      { ...unavailable, status: 429, retryAt: now + 60_000 },
    ],
    [
      '429 with Retry-After as a date',
      { status: 429, headers: { 'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT' } },
      { ...unavailable, status: 429, retryAt: now + 30_000 },
    ],
    ['429 without Retry-After', { status: 429, body: {} }, { ...unavailable, status: 429 }],
    [
      '500 in JSON',
      { status: 500, body: { error: 'server_error' } },
      { ...unavailable, status: 500 },
    ],
    ['502 in HTML', { status: 502, body: html }, { ...unavailable, status: 502 }],
    [
      '503 with Retry-After',
      { status: 503, headers: { 'retry-after': '5' }, body: html },
      { ...unavailable, status: 503, retryAt: now + 5_000 },
    ],
    ['504 without a body', { status: 504 }, { ...unavailable, status: 504 }],
    ['408', { status: 408 }, { ...unavailable, status: 408 }],
    [
      'temporarily_unavailable',
      { status: 400, body: { error: 'temporarily_unavailable' } },
      { ...unavailable, status: 400 },
    ],
    [
      'an unknown application',
      { status: 400, body: { error: 'unauthorized_client', error_codes: [700016] } },
      { ...refused, status: 400, aadsts: 700016 },
    ],
    ['an error without a description', { status: 400, body: { error: 'invalid_scope' } }, refused],
    ['403 in JSON without an error', { status: 403, body: {} }, { ...refused, status: 403 }],
    ['400 in HTML', { status: 400, body: html }, { ...invalid, status: 400, retryable: true }],
    ['200 in HTML', { body: html }, { ...invalid, status: 200, retryable: true }],
    ['200 without a body', {}, { ...invalid, status: 200 }],
    ['200 with a list', { body: [success] }, invalid],
    ['204', { status: 204 }, invalid],
    ['200 without a token', { body: { ...success, access_token: undefined } }, invalid],
    ['200 with an empty token', { body: { ...success, access_token: '' } }, invalid],
    ['200 with an empty object', { body: {} }, invalid],
    ['200 with an error in it', { body: { ...wrongSecret } }, invalid],
    ['200 without a lifetime', { body: { access_token: 'eyJ', token_type: 'Bearer' } }, invalid],
    [
      '200 with a garbage lifetime',
      { body: { ...success, expires_in: 'soon', expires_on: 'later' } },
      invalid,
    ],
    ['200 with a token for another scheme', { body: { ...success, token_type: 'pop' } }, invalid],
    [
      '200 with a line break in the token',
      { body: { ...success, access_token: 'eyJ\r\nx-injected: 1' } },
      invalid,
    ],
    ['a dropped connection', 'reset', { code: 'authority_unreachable', retryable: true }],
  ])('answers %s with a typed error', async (_, answer, expected) => {
    vi.useFakeTimers({ toFake: ['Date'], now })
    await using authority = await scriptedAuthority(answer)
    const error = await failure(credentialAt(authority.origin))
    expect(error).toMatchObject({ name: 'CloudPartnerAuthError', ...expected })
    expect(error.message.startsWith(`[${error.code}] `)).toBe(true)
    if (!('retryAt' in expected)) expect(error.retryAt).toBeUndefined()
    expect(authority.received).toHaveLength(1)
  })

  it('says that nothing listens there, and keeps what the system said', async () => {
    const authority = await scriptedAuthority({ body: success })
    await authority[Symbol.asyncDispose]()
    const error = await failure(credentialAt(authority.origin))
    expect(error).toMatchObject({ code: 'authority_unreachable', retryable: true })
    expect(error.message).toContain(new URL(authority.origin).host)
    expect(error.cause).toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNREFUSED' } })
  })

  it('ends when its time is over, and lets the connection go', async () => {
    await using authority = await scriptedAuthority('hang')
    const controller = new AbortController()
    const failed = failure(credentialAt(authority.origin), controller.signal)
    await authority.arrived(1)
    controller.abort(new Error('time is over'))
    expect(await failed).toMatchObject({ code: 'authority_unreachable' })
  })

  it('is given 10 s a try and 30 s in all by the source, when the authority hangs', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'], now })
    vi.spyOn(Math, 'random').mockReturnValue(0)
    await using authority = await scriptedAuthority('hang')
    const { source } = sourceOf(credentialAt(authority.origin))
    const failed = source.get().catch((error: unknown) => ({ error, at: Date.now() }))
    for (const request of [1, 2, 3]) {
      await authority.arrived(request)
      await vi.advanceTimersByTimeAsync(10_000 + 1) // a try, and the shortest pause
    }
    expect(await failed).toMatchObject({
      error: { code: 'acquisition_timed_out', retryable: true },
      at: now + 30_000,
    })
    expect(authority.received).toHaveLength(3)
  })

  it('is asked again by the source until the authority is back', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const events: TokenEvent[] = []
    await using authority = await scriptedAuthority(
      { status: 503, body: { error: 'temporarily_unavailable' } },
      'reset',
      { status: 502, body: html },
      { status: 429, headers: { 'retry-after': '0' }, body: 'Too Many Requests' },
      { body: success },
    )
    const { source } = sourceOf(credentialAt(authority.origin), event => events.push(event))
    expect((await source.get()).reveal()).toBe('eyJ.a.b')
    expect(authority.received).toHaveLength(5)
    expect(events).toEqual([expect.objectContaining({ type: 'token_acquired', reason: 'first' })])
  })

  it('picks up a rotated secret without a restart', async () => {
    await using authority = await scriptedAuthority(({ form }) =>
      form['client_secret'] === 'new' ? { body: success } : { status: 401, body: wrongSecret },
    )
    vi.useFakeTimers({ toFake: ['Date'], now })
    let current = 'old'
    const { source } = sourceOf(credentialAt(authority.origin, { secret: async () => current }))
    await expect(source.get()).rejects.toMatchObject({ aadsts: 7000215 })
    await expect(source.get()).rejects.toMatchObject({ aadsts: 7000215 })
    expect(authority.received).toHaveLength(1)
    current = 'new'
    vi.setSystemTime(now + 1_000)
    expect((await source.get()).reveal()).toBe('eyJ.a.b')
    expect(authority.received).toHaveLength(2)
  })

  it('is back as soon as its secret can be read again', async () => {
    await using authority = await scriptedAuthority({ status: 503 }, { body: success })
    vi.useFakeTimers({ toFake: ['Date'], now })
    vi.spyOn(Math, 'random').mockReturnValue(0)
    let readable = true
    const read = () => {
      if (!readable) throw new Error('vault is sealed')
      return secret
    }
    const { source } = sourceOf(credentialAt(authority.origin, { secret: read }))
    const refused = await source.get()
    readable = false
    const renewing = source.renew(refused)
    setTimeout(() => {
      readable = true
    }, 100)
    expect((await renewing).reveal()).toBe('eyJ.a.b')
    expect(authority.received).toHaveLength(3)
  })

  it.each([
    ['empty', ''],
    ['with a newline', 'secret\n'],
    ['no text', 42 as unknown as string],
  ])('does not send a secret that reads as %s', async (_, value) => {
    await using authority = await scriptedAuthority({ body: success })
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'], now })
    const { source } = sourceOf(credentialAt(authority.origin, { secret: () => value }))
    const error = source.get().catch((thrown: unknown) => thrown)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await error).toMatchObject({ code: 'credential_failed', cause: { name: 'TypeError' } })
    expect(authority.received).toEqual([])
  })

  it('has a token of the emulator accepted by its portal, one for a thousand requests', async () => {
    await using emulator = await startEmulator()
    const { auth, credential } = authAt(emulator)
    const urls = Array.from({ length: 1_000 }, () => `${emulator.origin}/api/offerTypes`)
    const tokens = await Promise.all(urls.map(url => auth.covering(url)?.source.get()))
    expect(new Set(tokens.map(token => token?.reveal())).size).toBe(1)
    const response = await authorized(auth, fetchClient(urls[0] as string))
    expect(response.status).toBe(200)
    expect(emulator.tokenRequests).toHaveLength(1)
    expect(credential.identity).toBe(
      `${emulator.origin}/${emulator.env['AZURE_TENANT_ID']}/${emulator.env['AZURE_CLIENT_ID']}`,
    )
  })

  it('has a revoked token of the emulator replaced once for a hundred requests', async () => {
    await using emulator = await startEmulator()
    const { auth } = authAt(emulator)
    const url = `${emulator.origin}/api/publishers`
    await authorized(auth, fetchClient(url))
    emulator.revokeTokens()
    const responses = await Promise.all(
      Array.from({ length: 100 }, () => authorized(auth, fetchClient(url))),
    )
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
    expect(emulator.tokenRequests).toHaveLength(2)
    expect(emulator.tokenRequests.map(({ endpoint }) => endpoint)).toEqual(
      name === 'clientSecret' ? ['v2', 'v2'] : ['v1', 'v1'],
    )
  })

  it('has a wrong secret refused by the emulator, and the request is not sent', async () => {
    await using emulator = await startEmulator()
    const { auth } = authAt(emulator, { secret: 'wrong' })
    const refused = authorized(auth, fetchClient(`${emulator.origin}/api/offerTypes`))
    await expect(refused).rejects.toMatchObject({
      code: 'authority_refused',
      status: 401,
      oauthError: 'invalid_client',
      aadsts: 7000215,
      correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(emulator.requests).toEqual([])
    expect(emulator.tokenRequests).toHaveLength(1)
  })

  function authAt(
    { origin, env }: { origin: string; env: Readonly<Record<string, string>> },
    options: Partial<ClientSecretOptions> = {},
  ) {
    const credential = make({
      tenantId: env['AZURE_TENANT_ID'] ?? '',
      clientId: env['AZURE_CLIENT_ID'] ?? '',
      secret: env['AZURE_CLIENT_SECRET'] ?? '',
      authorityHost: origin,
      ...options,
    })
    const apis = [{ ...cloudPartnerPortal, origins: [origin] }]
    return { auth: cloudPartnerAuth({ credential, apis }), credential }
  }
})

function acquire(
  credential: Credential,
  { claims, signal = new AbortController().signal }: { claims?: string; signal?: AbortSignal } = {},
): Promise<AccessToken> {
  return credential.acquire({ audience, claims, signal })
}

async function failure(
  credential: Credential,
  signal?: AbortSignal,
): Promise<CloudPartnerAuthError> {
  try {
    await acquire(credential, signal ? { signal } : {})
  } catch (error) {
    return error as CloudPartnerAuthError // asserted by those who call
  }
  return expect.unreachable('a token was had')
}

function sourceOf(credential: Credential, observe: (event: TokenEvent) => void = () => {}) {
  const api: Api = { name: 'example', origins: ['https://api.example'], audience }
  const auth = cloudPartnerAuth({ credential, apis: [api], observe })
  const covering = auth.covering('https://api.example/')
  return covering ?? expect.unreachable('the API is covered')
}
