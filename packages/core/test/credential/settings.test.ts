import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import {
  clientCertificate,
  clientSecret,
  environment,
  tokenCredential,
  workloadIdentity,
} from '../../src/index.ts'
import { acquireOnce, failureOf } from '../fixtures/acquire.ts'
import { makeCertificate } from '../fixtures/certificate.ts'
import { set, withCleanEnvironment } from '../fixtures/clean-environment.ts'
import { layNoRegularFile } from '../fixtures/no-regular-file.ts'
import { scriptedAuthority } from '../fixtures/scripted-authority.ts'

const tenantId = '11111111-2222-3333-4444-555555555555'
const clientId = '66666666-7777-8888-9999-000000000000'
const secret = 'Abc8Q~canary-secret.x'
const body = { token_type: 'Bearer', expires_in: 3599, access_token: 'eyJ.a.b' }
const own = makeCertificate()
const pem = own.certificate + own.key()
withCleanEnvironment()

const complete = {
  AZURE_TENANT_ID: tenantId,
  AZURE_CLIENT_ID: clientId,
  AZURE_CLIENT_SECRET: secret,
  AZURE_AUTHORITY_HOST: 'https://login.example',
}
type Settings = Record<keyof typeof complete, string>

/** What is said of settings when they are options, or where a token is asked for. */
const ways: readonly (readonly [string, (settings: Settings) => Promise<string>])[] = [
  [
    'options',
    async settings => {
      try {
        return (await failureOf(clientSecret(optionsOf(settings)))).message
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError)
        return (error as TypeError).message // checked in the line above
      }
    },
  ],
  [
    'variables',
    async settings => {
      set(settings)
      const error = await failureOf(environment())
      expect(error).toMatchObject({ code: 'environment_incomplete', retryable: false })
      return error.message
    },
  ],
]

function optionsOf(settings: Settings) {
  return {
    tenantId: settings.AZURE_TENANT_ID,
    clientId: settings.AZURE_CLIENT_ID,
    secret: settings.AZURE_CLIENT_SECRET,
    authorityHost: settings.AZURE_AUTHORITY_HOST,
  }
}

describe.each(ways)('settings that are %s', (_, said) => {
  it.each<[keyof typeof complete, (value: string) => string, string]>([
    ['AZURE_CLIENT_SECRET', value => `"${value}"`, 'stands in quotes'],
    ['AZURE_CLIENT_SECRET', value => `${value}\r`, 'ends in a carriage return'],
    ['AZURE_CLIENT_SECRET', value => `${value}\n`, 'ends in a line break'],
    ['AZURE_CLIENT_SECRET', value => ` ${value}`, 'begins or ends with white space'],
    ['AZURE_CLIENT_SECRET', value => `\ufeff${value}`, 'begins with a byte order mark'],
    ['AZURE_CLIENT_SECRET', value => `'${value}'\r`, 'carriage return'],
    ['AZURE_CLIENT_SECRET', () => '$(PORTAL_SECRET)', 'is a reference'],
    ['AZURE_TENANT_ID', value => `"${value}"`, 'stands in quotes'],
    ['AZURE_TENANT_ID', () => 'undefined', 'what JavaScript writes'],
    ['AZURE_CLIENT_ID', value => `'${value}'`, 'stands in quotes'],
    ['AZURE_CLIENT_ID', () => '<client id>', 'is a placeholder'],
    ['AZURE_AUTHORITY_HOST', value => `"${value}"`, 'stands in quotes'],
  ])('say that %s, spoilt, is so, and show nothing of it', async (name, spoil, expected) => {
    const settings = { ...complete, [name]: spoil(complete[name]) }
    const message = await said(settings)
    expect(message).toContain(name)
    expect(message).toContain(expected)
    expect(message).not.toContain(secret)
    if (name !== 'AZURE_AUTHORITY_HOST') expect(message).not.toContain(complete[name])
  })
})

describe('white space around an ID or an origin', () => {
  it.each([' ', '\n', '\r\n', '\t', '\ufeff'])('is taken off: %j', async space => {
    await using authority = await scriptedAuthority({ body })
    const spaced = (text: string) => `${space}${text}${space}`
    const credential = clientSecret({
      tenantId: spaced(tenantId),
      clientId: spaced(clientId),
      secret,
      authorityHost: spaced(authority.origin),
    })
    await acquireOnce(credential)
    set({
      AZURE_TENANT_ID: spaced(tenantId),
      AZURE_CLIENT_ID: spaced(clientId),
      AZURE_CLIENT_SECRET: secret,
      AZURE_AUTHORITY_HOST: spaced(authority.origin),
    })
    const fromEnvironment = environment()
    await acquireOnce(fromEnvironment)
    expect(credential.identity).toBe(`${authority.origin}/${tenantId}/${clientId}`)
    expect(fromEnvironment.identity).toBe(credential.identity)
    for (const { path, form } of authority.received) {
      expect(path).toContain(`/${tenantId}/oauth2/`)
      expect(form['client_id']).toBe(clientId)
    }
    expect(authority.received).toHaveLength(2)
  })
})

describe('the ID of a secret in place of its value', () => {
  it('is seen where the authority refuses it', async () => {
    const id = 'd0d0d0d0-1111-2222-3333-444444444444'
    await using authority = await scriptedAuthority({
      status: 401,
      body: { error: 'invalid_client', error_codes: [7000215] },
    })
    const authorityHost = authority.origin
    const ofId = await failureOf(clientSecret({ tenantId, clientId, secret: id, authorityHost }))
    expect(ofId.message).toContain('What was sent has the form of an ID')
    expect(ofId.message).not.toContain(id)
    const ofValue = await failureOf(clientSecret({ tenantId, clientId, secret, authorityHost }))
    expect(ofValue.message).not.toContain('What was sent')
  })
})

describe('a path', () => {
  const principal = { tenantId, clientId, authorityHost: 'https://login.example' }
  const folder = mkdtempSync(join(tmpdir(), 'settings-'))
  const path = join(folder, 'portal.pem')
  afterAll(() => rmSync(folder, { recursive: true }))
  afterEach(() => rmSync(path, { force: true }))

  it.each<[string, string]>([
    ['in quotes', `"${path}"`],
    ['with a carriage return', `${path}\r`],
  ])('%s says so where there is no such file', async (_, given) => {
    writeFileSync(path, pem)
    const expected = given.endsWith('\r') ? 'ends in a carriage return' : 'stands in quotes'
    expect(() => clientCertificate({ ...principal, certificate: { path: given } })).toThrow(
      expected,
    )
    set({
      AZURE_TENANT_ID: tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_CLIENT_CERTIFICATE_PATH: given,
    })
    expect((await failureOf(environment())).message).toContain(expected)
    const federated = workloadIdentity({ ...principal, tokenFile: given })
    expect((await failureOf(federated)).message).toContain(expected)
  })

  it.each<[string, string]>([
    ['the PEM itself', pem],
    ['the PEM with its line breaks lost', pem.replaceAll('\n', '\\n')],
    ['its Base64', own.key().split('\n').slice(1, -2).join('')],
    ['a token', `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.${'c2ln'.repeat(20)}`],
    ['a secret', secret],
  ])('that is %s shows nothing of it', async (_, given) => {
    set({
      AZURE_TENANT_ID: tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_CLIENT_CERTIFICATE_PATH: given,
    })
    const said = [
      await failureOf(environment()),
      thrownBy(() => clientCertificate({ ...principal, certificate: { path: given } })),
      await failureOf(lazily(() => workloadIdentity({ ...principal, tokenFile: given }))).catch(
        error => error,
      ),
    ].map(error => inspect(error, { showHidden: true, depth: 9 }))
    for (const shown of said) {
      expect(shown).not.toContain(given)
      for (const line of given.match(/[\w+/.~-]{20,64}/g) ?? []) expect(shown).not.toContain(line)
    }
  })

  it('that leads to a FIFO is given up at once', async () => {
    await layNoRegularFile('FIFO', path)
    expect(() => clientCertificate({ ...principal, certificate: { path } })).toThrow(
      /no regular file/,
    )
    const error = await failureOf(workloadIdentity({ ...principal, tokenFile: path }))
    expect(error.message).toMatch(/federated token could not be read: .*no regular file/)
  })
})

describe('an expired token that another credential hands out', () => {
  const source = (expiresOnTimestamp: number) =>
    tokenCredential({ getToken: async () => ({ token: 'eyJ.a.b', expiresOnTimestamp }) })

  it('is told with its time, and not as an answer of the authority', async () => {
    const { message } = await failureOf(source(Date.parse('2024-05-06T07:08:09Z')))
    expect(message).toMatch(/expired already, at 2024-05-06T07:08:09\.000Z.*cache.*clock/)
    expect(message).not.toContain('authority host')
  })

  it('is told to be in seconds where it is', async () => {
    const { message } = await failureOf(source(Date.now() / 1_000 + 3_600))
    expect(message).toMatch(/milliseconds since the Unix epoch.*seconds/)
  })
})

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

function lazily(make: () => ReturnType<typeof workloadIdentity>) {
  return {
    acquire: async (request: Parameters<ReturnType<typeof workloadIdentity>['acquire']>[0]) =>
      make().acquire(request),
  }
}
