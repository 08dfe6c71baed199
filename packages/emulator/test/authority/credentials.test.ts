import { createHash, X509Certificate } from 'node:crypto'
import { decodeJwt, exportJWK, generateKeyPair, importPKCS8, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type App,
  type Emulator,
  type SelfSignedCertificate,
  startEmulator,
} from '../../src/index.ts'
import { requestToken } from '../requests.ts'

const start = Date.UTC(2026, 0, 1)
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
let emulator: Emulator
let app: App
beforeEach(async () => {
  emulator = await startEmulator({ clock: { now: () => start } })
  const first = emulator.tenants[0]?.apps[0]
  if (!first) throw new Error('an emulator starts with an app')
  app = first
})
afterEach(() => emulator.close())

/** The AADSTS number that a token request is answered with; 0 when it is answered with a token. */
async function outcome(
  fields: Record<string, string | undefined> = {},
  version: 'v1' | 'v2' = 'v2',
): Promise<number> {
  const { body } = await requestToken(emulator, version, fields)
  return Array.isArray(body['error_codes']) ? Number(body['error_codes'][0]) : 0
}

describe('the secrets of an app', () => {
  it('can be added and rotated while it runs', async () => {
    const old = emulator.env['AZURE_CLIENT_SECRET']
    const added = app.addSecret().value
    expect(await outcome({ client_secret: old })).toBe(0)
    expect(await outcome({ client_secret: added })).toBe(0)
    const rotated = app.rotateSecret()
    expect(emulator.env['AZURE_CLIENT_SECRET']).toBe(rotated)
    expect(await outcome({ client_secret: old })).toBe(7000215)
    expect(await outcome({ client_secret: rotated })).toBe(0)
  })

  it('expire at their time or at once', async () => {
    const { value } = app.addSecret({ expiresAt: start + 1000 })
    expect(await outcome({ client_secret: value })).toBe(0)
    emulator.clock.advance(1000)
    expect(await outcome({ client_secret: value })).toBe(7000222)
    app.rotateSecret()
    expect(await outcome()).toBe(0)
    app.expireSecrets()
    expect(await outcome()).toBe(7000222)
  })
})

describe('an app', () => {
  it('gets no token while it is disabled', async () => {
    app.enabled = false
    expect(await outcome()).toBe(7000112)
    app.enabled = true
    expect(await outcome()).toBe(0)
  })

  it('can be added and removed, in a tenant that is added too', async () => {
    const tenant = emulator.tenant({ domain: 'Fabrikam.example', apps: [] })
    const added = tenant.addApp({ name: 'second' })
    const fields = { client_id: added.clientId, client_secret: added.secrets[0]?.value }
    const request = () => requestToken(emulator, 'v2', fields, 'fabrikam.EXAMPLE')
    const { body } = await request()
    expect(decodeJwt(String(body['access_token']))).toMatchObject({
      tid: tenant.id,
      appid: added.clientId,
      oid: added.objectId,
    })
    expect(await outcome(fields)).toBe(700016)
    tenant.removeApp(added)
    expect((await request()).body).toMatchObject({ error_codes: [700016] })
  })
})

interface AssertionChange {
  readonly header?: Record<string, string | undefined>
  readonly claims?: Record<string, unknown>
  readonly key?: string
}

/** The fields of a token request with an assertion made as RFC 7523 and Entra want it. */
async function certificateFields(
  made: SelfSignedCertificate,
  { header = {}, claims = {}, key = made.privateKey }: AssertionChange = {},
): Promise<Record<string, string | undefined>> {
  const thumbprint = createHash('sha256')
    .update(new X509Certificate(made.certificate).raw)
    .digest('base64url')
  const now = emulator.clock.now() / 1000
  const payload = {
    iss: app.clientId,
    sub: app.clientId,
    aud: `${emulator.origin}/${app.tenantId}/oauth2/v2.0/token`,
    jti: crypto.randomUUID(),
    nbf: now,
    iat: now,
    exp: now + 600,
    ...claims,
  }
  const protectedHeader = { alg: 'PS256', 'x5t#S256': thumbprint, ...header }
  const assertion = await new SignJWT(payload)
    .setProtectedHeader(protectedHeader)
    .sign(await importPKCS8(key, protectedHeader.alg ?? 'PS256'))
  return {
    client_secret: undefined,
    client_assertion_type: assertionType,
    client_assertion: assertion,
  }
}

describe('a certificate', () => {
  let made: SelfSignedCertificate
  beforeEach(async () => {
    made = await app.createCertificate()
  })

  it('authenticates an app on both endpoints, and the token says so', async () => {
    for (const version of ['v1', 'v2'] as const) {
      const { body } = await requestToken(emulator, version, await certificateFields(made))
      expect(decodeJwt(String(body['access_token']))['appidacr']).toBe('2')
      expect(emulator.tokenRequests.at(-1)).toMatchObject({ credential: 'certificate' })
    }
  })

  it('is found by its SHA-1 thumbprint too', async () => {
    const x5t = createHash('sha1')
      .update(new X509Certificate(made.certificate).raw)
      .digest('base64url')
    const fields = await certificateFields(made, {
      header: { alg: 'RS256', 'x5t#S256': undefined, x5t },
    })
    expect(await outcome(fields)).toBe(0)
  })

  it.each([
    ['v1 token endpoint', (t: string, o: string) => `${o}/${t}/oauth2/token`],
    ['issuer', (t: string, o: string) => `${o}/${t}/v2.0`],
    [
      'public token endpoint',
      (t: string) => `https://login.microsoftonline.com/${t}/oauth2/v2.0/token`,
    ],
    ['sts.windows.net', (t: string) => `https://sts.windows.net/${t}/`],
  ])('may name the %s as its audience', async (_title, audience) => {
    const aud = audience(app.tenantId, emulator.origin)
    expect(await outcome(await certificateFields(made, { claims: { aud } }))).toBe(0)
  })

  it.each<[string, number, AssertionChange]>([
    ['an expired assertion', 700024, { claims: { exp: start / 1000 } }],
    ['an assertion of a time to come', 700024, { claims: { nbf: start / 1000 + 301 } }],
    ['another audience', 700023, { claims: { aud: 'https://elsewhere.example/oauth2/token' } }],
    [
      'the audience of another tenant',
      700023,
      {
        claims: {
          aud: 'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0',
        },
      },
    ],
    ['two audiences', 50027, { claims: { aud: ['a', 'b'] } }],
    ['no expiry', 50027, { claims: { exp: undefined } }],
    ['another issuer', 700021, { claims: { iss: 'somebody' } }],
    ['another subject', 50048, { claims: { sub: 'somebody' } }],
    ['an unknown thumbprint', 700027, { header: { 'x5t#S256': 'AAAA' } }],
    ['no thumbprint', 700027, { header: { 'x5t#S256': undefined } }],
  ])('is refused with %s (AADSTS%i)', async (_title, code, change) => {
    expect(await outcome(await certificateFields(made, change))).toBe(code)
  })

  it('is refused when another key signed', async () => {
    const other = await app.createCertificate()
    const fields = await certificateFields(made, { key: other.privateKey })
    expect(await outcome(fields)).toBe(700027)
  })

  it('is refused after it has expired or was removed', async () => {
    const short = await app.createCertificate({ lifetime: 60_000 })
    expect(await outcome(await certificateFields(short))).toBe(0)
    emulator.clock.advance(60_000)
    expect(await outcome(await certificateFields(short))).toBe(700027)
    expect(await outcome(await certificateFields(made))).toBe(0)
    app.removeCertificates()
    expect(await outcome(await certificateFields(made))).toBe(700027)
    app.addCertificate(made.certificate)
    expect(await outcome(await certificateFields(made))).toBe(0)
  })

  it('can be seeded', async () => {
    await using seeded = await startEmulator({
      seed: { tenants: [{ apps: [{ certificates: [made.privateKey + made.certificate] }] }] },
    })
    expect(seeded.tenants[0]?.apps[0]?.certificates).toHaveLength(1)
  })

  it('must be PEM, and what is not is kept out of the error', () => {
    expect(() => app.addCertificate(made.privateKey)).toThrow('A certificate must be given as PEM.')
  })
})

describe('an assertion', () => {
  it('must be a JWT of the right type', async () => {
    const assertion = { client_secret: undefined, client_assertion: 'nonsense' }
    expect(await outcome({ ...assertion, client_assertion_type: assertionType })).toBe(50027)
    expect(await outcome(assertion)).toBe(900144)
    expect(await outcome({ ...assertion, client_assertion_type: 'saml' })).toBe(9002313)
  })

  it('is never logged', async () => {
    const fields = await certificateFields(await app.createCertificate())
    await outcome(fields)
    expect(JSON.stringify(emulator.tokenRequests)).not.toContain(fields['client_assertion'])
  })
})

describe('a federated credential', () => {
  const issuer = 'https://token.actions.githubusercontent.com'
  const subject = 'repo:contoso/offers:ref:refs/heads/main'
  beforeEach(() => {
    app.addFederatedCredential({ issuer, subject })
  })

  const fieldsOf = (assertion: string) => ({
    client_secret: undefined,
    client_assertion_type: assertionType,
    client_assertion: assertion,
  })
  const federated = async (change: Partial<Parameters<Emulator['federatedToken']>[0]> = {}) =>
    outcome(fieldsOf(await emulator.federatedToken({ issuer, subject, ...change })))

  it('accepts the token of the issuer that it names', async () => {
    expect(await federated()).toBe(0)
    expect(emulator.tokenRequests.at(-1)).toMatchObject({ credential: 'federated' })
  })

  it.each([
    ['issuer', 700211, { issuer: `${issuer}/` }],
    ['subject', 700213, { subject: 'repo:Contoso/offers:ref:refs/heads/main' }],
    ['audience', 7002121, { audience: 'api://other' }],
  ])('refuses another %s (AADSTS%i)', async (_title, code, change) => {
    expect(await federated(change)).toBe(code)
  })

  it('names what is wrong with the request of a token or a certificate', async () => {
    const wrong = (value: unknown) => value as never
    await expect(emulator.federatedToken(wrong(undefined))).rejects.toThrow('Expected an object')
    await expect(emulator.federatedToken(wrong({ isuer: 'x' }))).rejects.toThrow('mean issuer?')
    const [app] = emulator.tenants[0]?.apps ?? []
    await expect(app?.createCertificate(wrong({ lifetme: 5 }))).rejects.toThrow('mean lifetime?')
  })

  it('refuses a stale token', async () => {
    const token = await emulator.federatedToken({ issuer, subject })
    emulator.clock.advance(5 * 60_000)
    expect(await outcome(fieldsOf(token))).toBe(700024)
  })

  it('verifies with the keys that it was given', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256')
    const jwks = { keys: [await exportJWK(publicKey)] }
    app.removeFederatedCredentials()
    app.addFederatedCredential({ issuer, subject, audience: 'api://mine', jwks })
    const sign = (key: typeof privateKey) =>
      new SignJWT()
        .setProtectedHeader({ alg: 'RS256' })
        .setIssuer(issuer)
        .setSubject(subject)
        .setAudience('api://mine')
        .setExpirationTime(start / 1000 + 300)
        .sign(key)
    expect(await outcome(fieldsOf(await sign(privateKey)))).toBe(0)
    const stranger = await generateKeyPair('RS256')
    expect(await outcome(fieldsOf(await sign(stranger.privateKey)))).toBe(50013)
    expect(await federated({ audience: 'api://mine' })).toBe(50013)
  })
})
