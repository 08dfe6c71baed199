import type { Emulator } from '@cloud-partner-auth/emulator'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { authorized } from '../../src/adapter.ts'
import { claimsOf } from '../../src/exchange/claims-challenge.ts'
import {
  clientSecret,
  cloudPartnerAuth,
  cloudPartnerPortal,
  type ServicePrincipalOptions,
  type TokenEvent,
  tokenEndpoint,
} from '../../src/index.ts'
import { acquireOnce } from '../fixtures/acquire.ts'
import { withCleanEnvironment } from '../fixtures/clean-environment.ts'
import { withEmulator } from '../fixtures/started-emulator.ts'

const claims = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}'
const base64 = Buffer.from(claims).toString('base64')
// Bytes that make the two alphabets of base64 differ, and text that is not ASCII.
const odd = '{"access_token":{"city":{"value":"Zürich ÿÿÿ>>>???"}}}'

withCleanEnvironment()

describe('claimsOf()', () => {
  it.each<[string, string]>([
    [
      'a challenge as Entra documents it',
      `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${base64}"`,
    ],
    ['parameters in another order', `Bearer claims="${base64}", error="insufficient_claims"`],
    [
      'another letter case',
      `BEARER Claims="${base64}", ERROR="insufficient_claims", realm="Contoso"`,
    ],
    [
      'values in no quotes, and quoted ones with a backslash',
      `Bearer error=insufficient_claims, claims="\\${base64}"`,
    ],
    ['no spaces', `Bearer error="insufficient_claims",claims="${base64}"`],
    ['spaces around "="', `Bearer error = "insufficient_claims" , claims = "${base64}"`],
    [
      'values without quotes',
      `Bearer error=insufficient_claims, claims=${base64.replace(/=+$/, '')}`,
    ],
    [
      'a base64 without padding',
      `Bearer error="insufficient_claims", claims="${base64.replace(/=+$/, '')}"`,
    ],
    [
      'other schemes in front and behind',
      `Negotiate, NTLM TlRMTVNTUAAC==, Basic realm="a, b", Bearer error="insufficient_claims", claims="${base64}", Digest nonce="x"`,
    ],
    [
      'several challenges of the scheme',
      `Bearer error="invalid_token", error_description="Expired, \\"really\\"", Bearer error="insufficient_claims", claims="${base64}"`,
    ],
    [
      'an unreadable challenge in front of a readable one',
      `Bearer error="insufficient_claims", claims="%%%", Bearer error="insufficient_claims", claims="${base64}"`,
    ],
    [
      'a description that reads like a challenge',
      `Bearer error_description="Bearer error=\\"invalid_token\\", claims=\\"e30=\\"", error="insufficient_claims", claims="${base64}"`,
    ],
  ])('reads %s', (_, header) => {
    expect(claimsOf(header)).toBe(claims)
  })

  it.each(['base64', 'base64url'] as const)('reads %s', alphabet => {
    const encoded = Buffer.from(odd).toString(alphabet)
    expect(claimsOf(`Bearer error="insufficient_claims", claims="${encoded}"`)).toBe(odd)
  })

  it.each<[string, string]>([
    ['no header', ''],
    ['no claims', 'Bearer error="insufficient_claims"'],
    ['empty claims', 'Bearer error="insufficient_claims", claims=""'],
    ['another error', `Bearer error="invalid_token", claims="${base64}"`],
    ['another scheme', `PoP error="insufficient_claims", claims="${base64}"`],
    [
      'an error of one challenge and claims of another',
      `Bearer error="insufficient_claims", Basic claims="${base64}"`,
    ],
    ['claims that are no base64', 'Bearer error="insufficient_claims", claims="{}"'],
    ['claims that are no JSON', `Bearer error="insufficient_claims", claims="${btoa('nbf')}"`],
    ['claims that are a number', `Bearer error="insufficient_claims", claims="${btoa('1')}"`],
    ['claims that are no object', `Bearer error="insufficient_claims", claims="${btoa('[1]')}"`],
    ['claims that are null', `Bearer error="insufficient_claims", claims="${btoa('null')}"`],
    ['a quote that is not closed', `Bearer error="insufficient_claims", claims="${base64}`],
    ['parameters without a scheme', `error="insufficient_claims", claims="${base64}"`],
  ])('finds none in %s', (_, header) => {
    expect(claimsOf(header)).toBeUndefined()
  })

  it('reads whatever claims there are, however they are written, and never throws', () => {
    const written = fc.record({
      value: fc.dictionary(fc.string(), fc.jsonValue()),
      alphabet: fc.constantFrom('base64' as const, 'base64url' as const),
      noise: fc.stringMatching(/^[ -~]{0,60}$/),
    })
    fc.assert(
      fc.property(written, ({ value, alphabet, noise }) => {
        const text = JSON.stringify(value)
        const encoded = Buffer.from(text).toString(alphabet)
        expect(claimsOf(`Bearer error="insufficient_claims", claims="${encoded}"`)).toBe(text)
        expect(() => claimsOf(noise)).not.toThrow()
      }),
    )
  })
})

describe.each([
  ['v1', tokenEndpoint],
  ['v2', clientSecret],
] as const)('a claims challenge, with the %s endpoint', (endpoint, make) => {
  const emulated = withEmulator()
  const path = '/api/publishers'

  it('is answered with a token acquired with those claims, once, and the request succeeds', async () => {
    const { emulator } = emulated
    const { request, events } = client()
    await request()
    emulator.faults.add({ type: 'claims-challenge', claims: JSON.parse(odd) })
    expect((await request()).status).toBe(200)
    expect((await request()).status).toBe(200)
    expect(askedOf(emulator)).toEqual([undefined, JSON.parse(odd).access_token])
    expect(emulator.tokenRequests.at(-1)).toMatchObject({ endpoint, status: 200 })
    expect(emulator.requests.map(({ status }) => status)).toEqual([200, 401, 200, 200])
    expect(events.map(event => ('reason' in event ? event.reason : event.type))).toEqual([
      'first',
      'claims',
      'request_resent',
    ])
  })

  it('of a revocation is answered with a token issued after it', async () => {
    const { emulator } = emulated
    const { request } = client()
    await request()
    emulator.clock.advance(60_000)
    emulator.faults.add({ type: 'claims-challenge' })
    expect((await request()).status).toBe(200)
    expect(askedOf(emulator)).toEqual([
      undefined,
      { nbf: { essential: true, value: expect.any(String) } },
    ])
  })

  it('merges the claims with the declared capabilities, which every token request names', async () => {
    const { emulator } = emulated
    const { request } = client({ capabilities: ['cp1'] })
    await request()
    emulator.faults.add({ type: 'claims-challenge', claims: JSON.parse(odd) })
    expect((await request()).status).toBe(200)
    const capability = { xms_cc: { values: ['cp1'] } }
    expect(askedOf(emulator)).toEqual([
      capability,
      { ...JSON.parse(odd).access_token, ...capability },
    ])
  })

  it('marks the token with the claims that were asked for, and not with what was added', async () => {
    const { app, principal } = emulated
    const secret = app.secrets[0]?.value ?? ''
    const credential = make({ ...principal, secret, capabilities: ['cp1'] })
    expect((await acquireOnce(credential, { claims: odd })).claims).toBe(odd)
    expect((await acquireOnce(credential)).claims).toBeUndefined()
  })

  it('makes one token request for a hundred requests that meet it together', async () => {
    const { emulator } = emulated
    const { request } = client()
    await request()
    emulator.faults.add({ type: 'claims-challenge', claims: JSON.parse(odd) })
    const responses = await Promise.all(Array.from({ length: 100 }, request))
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
    expect(emulator.tokenRequests).toHaveLength(2)
  })

  it('that the authority does not grant leaves the API’s own 401, and says why in an event', async () => {
    const { emulator } = emulated
    const { request, events } = client()
    await request()
    emulator.faults.add({ type: 'claims-challenge' })
    emulator.faults.add({ type: 'claims-challenge', on: 'authority' })
    const response = await request()
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ error: { code: 'Unauthorized' } })
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'acquisition_failed', reason: 'claims', aadsts: 53003 }),
    )
    expect(events.at(-1)).toMatchObject({ type: 'request_not_resent', why: 'renewal_failed' })
  })

  function client(options: Partial<ServicePrincipalOptions> = {}) {
    const events: TokenEvent[] = []
    const { emulator, app, principal } = emulated
    const credential = make({ ...principal, secret: app.secrets[0]?.value ?? '', ...options })
    const auth = cloudPartnerAuth({
      credential,
      apis: [{ ...cloudPartnerPortal, origins: [emulator.origin] }],
      observe: event => events.push(event),
    })
    const request = () =>
      authorized<Response>(auth, {
        url: emulator.origin + path,
        authorizationSet: false,
        send: ({ url, authorization = '' }) => fetch(url, { headers: { authorization } }),
        answer: response => ({
          status: response.status,
          url: response.url,
          challenge: response.headers.get('www-authenticate') ?? undefined,
          replayable: true,
        }),
        discard: response => response.body?.cancel(),
      })
    return { request, events }
  }
})

/** What each token request asked of its access token; MSAL asks something of an ID token, too. */
function askedOf({ tokenRequests }: Emulator): unknown[] {
  return tokenRequests.map(({ claims }) => claims && JSON.parse(claims).access_token)
}

describe('capabilities', () => {
  it.each<[unknown]>([['cp1'], [[1]], [['']], [null]])(
    'that are %j are a TypeError that names them',
    capabilities => {
      const options = {
        tenantId: 'contoso.com',
        clientId: '66666666-7777-8888-9999-000000000000',
        secret: 'secret',
        capabilities: capabilities as string[],
      }
      expect(() => clientSecret(options)).toThrow(TypeError)
      expect(() => clientSecret(options)).toThrow(/capabilities/)
    },
  )
})
