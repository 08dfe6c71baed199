import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type Api,
  type ClientSecretOptions,
  type CloudPartnerAuthOptions,
  clientSecret,
  cloudPartnerAuth,
  cloudPartnerPortal,
  presets,
  type TokenEvent,
  tokenEndpoint,
} from '../src/index.ts'
import { countedCredential } from './fixtures/counted-credential.ts'

const tenantId = '11111111-2222-3333-4444-555555555555'
const clientId = '66666666-7777-8888-9999-000000000000'
const secret = 'Abc8Q~secret'
const credential = countedCredential()
const api: Api = { name: 'example', origins: ['https://api.example'], audience: 'api://example' }

beforeEach(() => {
  for (const name of Object.keys(process.env)) {
    if (/^(AZURE|IDENTITY)_|^CLOUD_PARTNER_EMULATOR$/.test(name)) vi.stubEnv(name, undefined)
  }
})
afterEach(() => {
  vi.unstubAllEnvs()
})

describe('cloudPartnerAuth()', () => {
  it('is for the Cloud Partner Portal unless it is told otherwise', () => {
    const auth = cloudPartnerAuth({ credential })
    const covering = auth.covering('https://cloudpartner.azure.com/api/offerTypes')
    expect(covering?.api.name).toBe(cloudPartnerPortal.name)
    expect(auth.covering('https://api.example/')).toBeUndefined()
    expect(auth.resend).toBe(true)
  })

  it('needs no argument where the environment describes the credential', () => {
    vi.stubEnv('AZURE_TENANT_ID', tenantId)
    vi.stubEnv('AZURE_CLIENT_ID', clientId)
    vi.stubEnv('AZURE_CLIENT_SECRET', secret)
    expect(cloudPartnerAuth().covering('https://cloudpartner.azure.com/api')).toBeDefined()
  })

  it('sends nothing until a request needs a token', () => {
    const counted = countedCredential()
    cloudPartnerAuth({ credential: counted, apis: [api] }).covering('https://api.example/')
    expect(counted.requests).toEqual([])
  })

  it('shares one source among the origins and Apis of one audience, and no more', () => {
    const auth = cloudPartnerAuth({
      credential,
      apis: [
        { ...api, origins: ['https://one.example', 'https://two.example'] },
        { ...api, name: 'sibling', origins: ['https://three.example'] },
        { ...api, name: 'other', origins: ['https://four.example'], audience: 'api://other' },
      ],
    })
    const [one, two, three, four] = ['one', 'two', 'three', 'four'].map(
      name => auth.covering(`https://${name}.example/x`)?.source,
    )
    expect(one).toBeDefined()
    expect(two).toBe(one)
    expect(three).toBe(one)
    expect(four).not.toBe(one)
  })

  it('takes no notice of what happens to its options afterwards', () => {
    const origins = ['https://api.example']
    const mutable = { ...api, origins }
    const auth = cloudPartnerAuth({ credential, apis: [mutable] })
    origins.push('https://evil.example')
    mutable.audience = 'api://evil'
    expect(auth.covering('https://evil.example/')).toBeUndefined()
    expect(auth.covering('https://api.example/')?.api.audience).toBe('api://example')
  })

  it('covers the emulator where the environment points the preset at it, and only that', () => {
    vi.stubEnv('CLOUD_PARTNER_EMULATOR', 'http://127.0.0.1:8080')
    const events: TokenEvent[] = []
    const auth = cloudPartnerAuth({ credential, observe: event => events.push(event) })
    expect(auth.covering('http://127.0.0.1:8080/api/offerTypes')).toBeDefined()
    expect(auth.covering('https://api.example/')).toBeUndefined()
    expect(events).toEqual([{ type: 'emulator_in_effect', origin: 'http://127.0.0.1:8080' }])
  })

  it.each([clientSecret, tokenEndpoint])(
    'reads nothing of the environment when it is made, though a store asks who the credential is',
    make => {
      vi.stubEnv('AZURE_AUTHORITY_HOST', 'login.example')
      const store = { unencrypted: true, get: async () => undefined, set: async () => {} } as const
      const auth = cloudPartnerAuth({ credential: make({ tenantId, clientId, secret }), store })
      vi.stubEnv('AZURE_AUTHORITY_HOST', undefined)
      vi.stubEnv('CLOUD_PARTNER_EMULATOR', 'http://127.0.0.1:8080')
      expect(auth.covering('http://127.0.0.1:8080/api/offerTypes')).toBeDefined()
    },
  )

  it('refuses the live service while the emulator stands for it, and names both', () => {
    vi.stubEnv('CLOUD_PARTNER_EMULATOR', 'http://127.0.0.1:8080')
    const auth = cloudPartnerAuth({ credential })
    expect(() => auth.covering('https://cloudpartner.azure.com/api/offerTypes')).toThrow(
      /^\[emulator_in_effect\].*https:\/\/cloudpartner\.azure\.com.*http:\/\/127\.0\.0\.1:8080/,
    )
    // Its other paths as well, but for an Api of one's own there.
    expect(() => auth.covering('https://graph.microsoft.com/v1.0/users')).toThrow(
      /Product Ingestion/,
    )
    const api = {
      name: 'Graph',
      origins: ['https://graph.microsoft.com'],
      paths: ['/v1.0'],
      audience: 'x',
    }
    const withGraph = cloudPartnerAuth({ credential, apis: [...presets, api] })
    expect(withGraph.covering('https://graph.microsoft.com/v1.0/users')?.api.name).toBe('Graph')
    expect(() => withGraph.covering('https://graph.microsoft.com/beta')).toThrow(
      /Product Ingestion/,
    )
  })

  it('holds no secret that inspecting it would show', () => {
    const auth = cloudPartnerAuth({ credential: clientSecret({ tenantId, clientId, secret }) })
    const shown = inspect([auth, auth.covering('https://cloudpartner.azure.com/api')], {
      depth: Infinity,
      showHidden: true,
    })
    expect(shown).not.toContain(secret)
  })
})

const listed = (...origins: unknown[]) => [{ ...api, origins } as Api]

describe('cloudPartnerAuth(), told something wrong, throws a TypeError that names it', () => {
  it.each<[string, unknown, RegExp]>([
    ['null for a credential', { credential: null }, /^credential/],
    ['a credential without acquire()', { credential: {} }, /^credential/],
    ['a secret for a credential', { credential: secret }, /^credential/],
    ['an observer that is no function', { observe: 'log' }, /^observe/],
    ['a text for resend', { resend: 'false' }, /^resend/],
    ['no list of Apis', { apis: api }, /^apis/],
    ['null for Apis', { apis: null }, /^apis/],
    ['no Api', { apis: [] }, /^apis/],
    ['nothing for an Api', { apis: [undefined] }, /^apis\[0\]/],
    ['an Api without a name', { apis: [api, { ...api, name: '' }] }, /^apis\[1\]\.name/],
    [
      'an Api without an audience',
      { apis: [{ ...api, audience: undefined }] },
      /^apis\[0\]\.audience/,
    ],
    ['an empty audience', { apis: [{ ...api, audience: '' }] }, /^apis\[0\]\.audience/],
    ['an audience with spaces', { apis: [{ ...api, audience: 'a b' }] }, /^apis\[0\]\.audience/],
    [
      'a scope for an audience',
      { apis: [{ ...api, audience: 'https://cloudpartner.azure.com/.default' }] },
      /^apis\[0\]\.audience/,
    ],
    ['no origins', { apis: [{ ...api, origins: undefined }] }, /^apis\[0\]\.origins/],
    ['no origin', { apis: listed() }, /^apis\[0\]\.origins/],
    [
      'a text for origins',
      { apis: [{ ...api, origins: 'https://a.example' }] },
      /^apis\[0\]\.origins/,
    ],
    ['an origin with a slash', { apis: listed('https://a.example/') }, /^apis\[0\]\.origins\[0\]/],
    [
      'an origin with a path',
      { apis: listed('https://ok.example', 'https://a.example/api') },
      /^apis\[0\]\.origins\[1\]/,
    ],
    ['an origin with a query', { apis: listed('https://a.example?x') }, /origins\[0\]/],
    ['an origin with a user', { apis: listed('https://u@a.example') }, /origins\[0\]/],
    ['an origin in capitals', { apis: listed('https://A.example') }, /origins\[0\]/],
    ['an origin with its default port', { apis: listed('https://a.example:443') }, /origins\[0\]/],
    ['an origin without a scheme', { apis: listed('a.example') }, /origins\[0\]/],
    ['http off loopback', { apis: listed('http://a.example') }, /origins\[0\]/],
    ['http on a private network', { apis: listed('http://192.168.0.1') }, /origins\[0\]/],
    [
      'http on a name that begins like loopback',
      { apis: listed('http://127.0.0.1.a.example') },
      /origins/,
    ],
    ['http on every address', { apis: listed('http://0.0.0.0') }, /origins\[0\]/],
    ['another scheme', { apis: listed('ftp://a.example') }, /origins\[0\]/],
    ['a wildcard', { apis: listed('https://*') }, /origins\[0\]/],
    ['a wildcard for a subdomain', { apis: listed('https://*.a.example/') }, /origins\[0\]/],
    ['no text for an origin', { apis: listed(42) }, /origins\[0\]/],
    ['a URL object', { apis: listed(new URL('https://a.example')) }, /origins\[0\]/],
    [
      'one origin twice',
      { apis: [api, { ...api, audience: 'api://b' }] },
      /^apis.*https:\/\/api\.example/,
    ],
    ['a text for a version', { apis: [{ ...api, version: '2017-10-31' }] }, /^apis\[0\]\.version/],
    ['null for a version', { apis: [{ ...api, version: null }] }, /^apis\[0\]\.version/],
    [
      'a version without a parameter',
      { apis: [{ ...api, version: { value: '1' } }] },
      /^apis\[0\]\.version/,
    ],
    [
      'a version without a value',
      { apis: [{ ...api, version: { parameter: 'v', value: '' } }] },
      /^apis\[0\]\.version/,
    ],
    ['refuses that is no function', { apis: [{ ...api, refuses: [401] }] }, /^apis\[0\]\.refuses/],
  ])('%s', (what, options, named) => {
    const given = what.startsWith('no credential') ? {} : { credential, ...(options as object) }
    expectTypeError(() => cloudPartnerAuth(given as CloudPartnerAuthOptions), named)
  })

  it.each(['https://evil.example', 'http://127.0.0.1:8080/api', 'nonsense'])(
    'CLOUD_PARTNER_EMULATOR %s, when a request comes',
    origin => {
      vi.stubEnv('CLOUD_PARTNER_EMULATOR', origin)
      const auth = cloudPartnerAuth({ credential })
      expect(() => auth.covering('https://cloudpartner.azure.com/api')).toThrow(
        /^\[environment_incomplete\] CLOUD_PARTNER_EMULATOR must be/,
      )
    },
  )
})

describe.each([
  ['clientSecret', clientSecret],
  ['tokenEndpoint', tokenEndpoint],
])('%s(), told something wrong, throws a TypeError that names it', (_, make) => {
  it.each<[string, object, RegExp]>([
    ['no tenant', { tenantId: undefined }, /^tenantId/],
    ['an empty tenant', { tenantId: '' }, /^tenantId/],
    ['a tenant that is no text', { tenantId: 42 }, /^tenantId/],
    ['a shared tenant', { tenantId: 'common' }, /^tenantId/],
    ['a tenant of a template that failed', { tenantId: 'undefined' }, /^tenantId/],
    ['a tenant with a path', { tenantId: 'contoso.com/../evil' }, /^tenantId/],
    ['a tenant with a query', { tenantId: 'contoso.com?x' }, /^tenantId/],
    ['no client', { clientId: undefined }, /^clientId/],
    ['an empty client', { clientId: '' }, /^clientId/],
    ['a client that is no GUID', { clientId: 'my-app' }, /^clientId/],
    ['no secret', { secret: undefined }, /^secret/],
    ['null for a secret', { secret: null }, /^secret/],
    ['an empty secret', { secret: '' }, /^secret/],
    ['a secret that is no text', { secret: { value: secret } }, /^secret/],
    ['a secret with a newline', { secret: `${secret}\n` }, /^secret/],
    ['a secret with a space before it', { secret: ` ${secret}` }, /^secret/],
    ['an authority that is no URL', { authorityHost: 'login.example' }, /^authorityHost/],
    ['an authority by http', { authorityHost: 'http://login.example' }, /^authorityHost/],
    ['an authority with a path', { authorityHost: 'https://login.example/x' }, /^authorityHost/],
    ['an authority with a user', { authorityHost: 'https://u:p@login.example' }, /^authorityHost/],
    ['an authority with a query', { authorityHost: 'https://login.example/?x' }, /^authorityHost/],
    ['an empty authority', { authorityHost: '' }, /^authorityHost/],
    ['an authority that is no text', { authorityHost: 42 }, /^authorityHost/],
    ['a fetch that is no function', { fetch: {} }, /^fetch/],
  ])('%s', (_what, wrong, named) => {
    const options = { tenantId, clientId, secret, ...wrong } as ClientSecretOptions
    expectTypeError(() => make(options), named)
  })

  it('an authority in the environment, when a token is needed', async () => {
    vi.stubEnv('AZURE_AUTHORITY_HOST', 'http://login.example')
    const auth = cloudPartnerAuth({ credential: make({ tenantId, clientId, secret }) })
    await expect(auth.ready()).rejects.toMatchObject({
      code: 'environment_incomplete',
      message: expect.stringContaining('AZURE_AUTHORITY_HOST'),
    })
  })

  it.each(['tenantId', 'clientId', 'authorityHost'])(
    'and never prints a secret that was pasted into %s',
    field => {
      const options = { tenantId, clientId, secret, [field]: secret }
      expectTypeError(() => make(options), new RegExp(`^${field}`))
    },
  )
})

function expectTypeError(making: () => unknown, named: RegExp): void {
  let thrown: unknown
  try {
    making()
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(TypeError)
  expect((thrown as TypeError).message).toMatch(named)
  expect(inspect(thrown, { showHidden: true, depth: Infinity })).not.toContain(secret)
}
