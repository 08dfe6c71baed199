import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { withVersion } from '../../src/api/version-parameter.ts'
import { retryAfter } from '../../src/authority/retry-after.ts'
import { readTokenResponse } from '../../src/authority/token-response.ts'
import { isCloudPartnerAuthError } from '../../src/cloud-partner-auth-error.ts'
import { environment } from '../../src/credential/environment.ts'
import { claimsOf } from '../../src/exchange/claims-challenge.ts'
import { storedToken, storeEntry } from '../../src/store/store-entry.ts'
import { accessToken } from '../../src/token/access-token.ts'
import { foreignFailure } from '../../src/token/foreign-failure.ts'

const numRuns = 2_000
const text = fc.string({ unit: 'binary' })
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.bigInt({ min: 0n, max: 10n ** 20n }).map(String),
)
const anything = fc.oneof(fc.anything(), text, number, fc.constantFrom('3599', '', '-1', '1e3'))

describe('what a credential throws', () => {
  it('is a typed error that says something, whatever it was', async () => {
    const errors = anything.chain(cause =>
      fc.record({
        message: anything,
        code: anything,
        retryable: anything,
        cause: fc.constant(cause),
      }),
    )
    const thrown = fc.oneof(
      anything,
      errors.map(fields => Object.assign(new Error(), fields)),
      errors,
    )
    await fc.assert(
      fc.asyncProperty(thrown, async one => {
        const error = await foreignFailure(one)
        expect(isCloudPartnerAuthError(error)).toBe(true)
        expect(error.message).toMatch(/^\[credential_failed\] The credential failed .+: .+\. /s)
        // Nobody who knows has spoken: it passes, unless it says itself that it does not.
        const lasts =
          Object(one).retryable === false || Object(Object(one).cause).retryable === false
        expect(error.retryable).toBe(!lasts)
      }),
      { numRuns },
    )
  })
})

describe('the version parameter', () => {
  const version = { parameter: 'api-version', value: '2017-10-31' }
  const piece = fc.oneof(
    fc.constantFrom('?', '#', '&', '=', '%', '%20', '+', 'API-Version', 'api%2Dversion', '/', ' '),
    text,
  )
  const urls = fc.array(piece, { maxLength: 8 }).map(parts => `https://a.example/${parts.join('')}`)

  it('is there once it was added, with everything else byte for byte as it was', () => {
    fc.assert(
      fc.property(urls, url => {
        const versioned = withVersion(url, version)
        const names = [...new URL(versioned).searchParams.keys()].map(name => name.toLowerCase())
        expect(names).toContain('api-version')
        const added = /[?&]?api-version=2017-10-31/.exec(versioned)
        expect(versioned === url || added !== null).toBe(true)
        if (versioned !== url) expect(versioned.length - url.length).toBeLessThanOrEqual(23)
        expect(withVersion(versioned, version)).toBe(versioned)
        expect(new URL(versioned).hash).toBe(new URL(url).hash)
        expect(new URL(versioned).pathname).toBe(new URL(url).pathname)
      }),
      { numRuns },
    )
  })
})

describe('Retry-After', () => {
  it('is an instant between now and an hour from now, or nothing', () => {
    const now = 1_800_000_000_000
    const dates = fc.date({ noInvalidDate: true }).map(date => date.toUTCString())
    fc.assert(
      fc.property(fc.oneof(text, dates, number.map(String)), header => {
        const at = retryAfter(header, now)
        if (at === undefined) return
        expect(at).toBeGreaterThanOrEqual(now)
        expect(at).toBeLessThanOrEqual(now + 3_600_000)
      }),
      { numRuns },
    )
  })
})

describe('WWW-Authenticate', () => {
  it('gives the JSON of an object or nothing, and throws nothing', () => {
    const claims = fc.dictionary(text, fc.jsonValue()).map(value => JSON.stringify(value))
    const piece = fc.oneof(
      fc.constantFrom(
        'Bearer ',
        'error="insufficient_claims"',
        ', ',
        'claims="',
        '"',
        '\\',
        '=',
        'Basic ',
      ),
      claims.map(json => `claims="${Buffer.from(json).toString('base64')}"`),
      text,
    )
    let found = 0
    fc.assert(
      fc.property(
        fc.array(piece).map(parts => parts.join('')),
        header => {
          const read = claimsOf(header)
          if (read === undefined) return
          found++
          expect(Object.prototype.toString.call(JSON.parse(read))).toBe('[object Object]')
        },
      ),
      { numRuns },
    )
    fc.assert(
      fc.property(claims, json => {
        const base64 = Buffer.from(json).toString('base64')
        const header = `Bearer realm="", error="insufficient_claims", claims="${base64}"`
        expect(claimsOf(header)).toBe(json)
        found++
      }),
    )
    expect(found).toBeGreaterThan(0)
  })
})

describe('a token response', () => {
  it('is a token that a header may hold and that has not expired, or a typed error', () => {
    const body = fc.record(
      {
        access_token: fc.oneof(anything, fc.constant('eyJ.a.b')),
        token_type: fc.oneof(anything, fc.constantFrom('Bearer', 'bearer')),
        expires_in: anything,
        expires_on: anything,
        refresh_in: anything,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(body, anything), answered => {
        const requestedAt = 1_800_000_000_000
        try {
          const token = readTokenResponse(answered, requestedAt)
          expect(token.reveal()).toMatch(/^[\w\-.~+/]+=*$/)
          expect(token.expiresAt).toBeGreaterThan(requestedAt)
        } catch (error) {
          expect(isCloudPartnerAuthError(error) ? 'typed' : error).toBe('typed')
        }
      }),
      { numRuns },
    )
  })
})

describe('a store entry', () => {
  it('is the token that was stored, or nothing', () => {
    const now = 1_800_000_000_000
    const lifetimes = fc.integer({ min: 1_000, max: 86_400_000 })
    fc.assert(
      fc.property(lifetimes, fc.option(text, { nil: undefined }), (lifetime, claims) => {
        const token = accessToken({
          value: 'eyJ',
          acquiredAt: now,
          expiresAt: now + lifetime,
          claims,
        })
        const read = storedToken('key', { value: storeEntry('key', token), lifetime }, now)
        expect(read).toMatchObject({ expiresAt: token.expiresAt, acquiredAt: now, shared: true })
        expect(read?.claims).toBe(claims)
        expect(
          storedToken('other', { value: storeEntry('key', token), lifetime }, now),
        ).toBeUndefined()
      }),
    )
    fc.assert(
      fc.property(fc.oneof(text, fc.json()), anything, (value, lifetime) => {
        const stored = { value, lifetime: lifetime as number } // a store may hand back anything
        expect(storedToken('key', stored, now)).toBeUndefined()
      }),
      { numRuns },
    )
  })
})

describe('the environment', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('makes a credential or a typed error that shows no value of it', () => {
    const names = [
      'AZURE_TENANT_ID',
      'AZURE_CLIENT_ID',
      'AZURE_CLIENT_SECRET',
      'AZURE_AUTHORITY_HOST',
    ]
    const values = fc.oneof(
      fc.constantFrom(
        'contoso.com',
        '66666666-7777-8888-9999-000000000000',
        'https://login.example',
      ),
      fc.stringMatching(/^~[!-~]{15,30}$/),
    )
    for (const name of ['IDENTITY_ENDPOINT', 'AZURE_POD_IDENTITY_AUTHORITY_HOST'])
      vi.stubEnv(name, undefined)
    fc.assert(
      fc.property(fc.tuple(...names.map(() => fc.option(values, { nil: undefined }))), set => {
        names.forEach((name, index) => {
          vi.stubEnv(name, set[index])
        })
        try {
          expect(environment().identity).toContain('/')
        } catch (error) {
          expect(error).toMatchObject({ code: 'environment_incomplete' })
          for (const value of set)
            if (value?.startsWith('~')) expect(String(error)).not.toContain(value)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
