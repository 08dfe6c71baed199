import { constants, generateKeyPairSync, verify, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { clientCertificate } from '../../../src/index.ts'
import { acquireOnce, failureOf, portalAudience, typeErrorOf } from '../../fixtures/acquire.ts'
import { makeCertificate } from '../../fixtures/certificate.ts'
import { decodeJwt } from '../../fixtures/jwt.ts'
import { kubernetesMount } from '../../fixtures/kubernetes-mount.ts'
import { scriptedAuthority } from '../../fixtures/scripted-authority.ts'
import { withEmulator } from '../../fixtures/started-emulator.ts'

const passphrase = 'correct horse battery staple'
const own = makeCertificate()
const other = makeCertificate({ name: 'other' })
const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => {
  vi.useRealTimers()
})

const day = 24 * 3_600_000
const endpoints = ['v1', 'v2'] as const
const principal = {
  tenantId: '11111111-2222-3333-4444-555555555555',
  clientId: '66666666-7777-8888-9999-000000000000',
}

describe.each(endpoints)('a client certificate at the %s endpoint', endpoint => {
  const emulated = withEmulator()

  it('has its assertion accepted, and its token by the portal', async () => {
    const { emulator, app } = emulated
    app.addCertificate(own.certificate)
    const token = await acquireOnce(make({ pem: own.certificate + own.key() }))
    expect(emulator.tokenRequests).toEqual([
      expect.objectContaining({ endpoint, status: 200, credential: 'certificate' }),
    ])
    const response = await fetch(
      `${emulator.origin}/api/offerTypes?api-version=2016-08-01-preview`,
      { headers: { authorization: `Bearer ${token.reveal()}` } },
    )
    expect(response.status).toBe(200)
    expect(emulator.discoveryRequests).toEqual([])
  })

  it.each<[string, string, string | undefined]>([
    ['PKCS#8', own.key(), undefined],
    ['PKCS#1', own.key({ type: 'pkcs1' }), undefined],
    ['encrypted PKCS#8', own.key({ passphrase }), passphrase],
    ['encrypted PKCS#1', own.key({ type: 'pkcs1', passphrase }), passphrase],
    ['PKCS#8 in lines that end in CRLF', own.key().replaceAll('\n', '\r\n'), undefined],
  ])('takes a key in %s, before or behind the certificate', async (_, key, passphrase) => {
    emulated.app.addCertificate(own.certificate)
    await acquireOnce(make({ pem: own.certificate + key, passphrase }))
    await acquireOnce(make({ pem: `Bag Attributes\n${key}\n${own.certificate}`, passphrase }))
    expect(emulated.emulator.tokenRequests.map(({ status }) => status)).toEqual([200, 200])
  })

  it('is the one that the key belongs to, wherever it stands among others', async () => {
    emulated.app.addCertificate(own.certificate)
    await acquireOnce(make({ pem: other.certificate + own.certificate + own.key() }))
    expect(emulated.emulator.tokenRequests[0]).toMatchObject({ status: 200 })
  })

  it('is refused with AADSTS700027 and what to do where it is not registered', async () => {
    emulated.app.addCertificate(other.certificate)
    const error = await failureOf(make({ pem: own.certificate + own.key() }))
    expect(error).toMatchObject({ code: 'authority_refused', aadsts: 700027, retryable: false })
    expect(error.message).toContain('Upload this certificate under Certificates & secrets')
  })

  it.each<[string, { from?: number; to?: number }, RegExp]>([
    ['has expired', { to: Date.now() - 1_000 }, /by its own date it expired on 20\S+: renew it/],
    ['is not valid yet', { from: Date.now() + day }, /not valid before 20\S+: set the clock/],
  ])('that %s by its own date is not sent, and says so at once', async (_, times, expected) => {
    const { certificate, key } = makeCertificate({ ...times, to: times.to ?? Date.now() + 2 * day })
    emulated.app.addCertificate(certificate)
    const error = await failureOf(make({ pem: certificate + key() }))
    expect(error).toMatchObject({ code: 'credential_failed', retryable: false })
    expect(error.message).toMatch(expected)
    expect(emulated.emulator.tokenRequests).toEqual([])
  })

  it('that was made by a clock a minute ahead is sent', async () => {
    const { certificate, key } = makeCertificate({ from: Date.now() + 60_000 })
    emulated.app.addCertificate(certificate)
    await acquireOnce(make({ pem: certificate + key() }))
    expect(emulated.emulator.tokenRequests).toHaveLength(1)
  })

  it('is refused with AADSTS700024 by a clock that is off', async () => {
    emulated.app.addCertificate(own.certificate)
    emulated.emulator.clock.advance(11 * 60_000)
    const error = await failureOf(make({ pem: own.certificate + own.key() }))
    expect(error).toMatchObject({ aadsts: 700024 })
    expect(error.message).toContain('Set the clock')
  })

  function make(certificate: { pem: string; passphrase?: string | undefined }) {
    return clientCertificate({ ...emulated.principal, certificate, endpoint })
  }
})

describe.each(endpoints)('the assertion of a certificate at the %s endpoint', endpoint => {
  const path = endpoint === 'v1' ? 'oauth2/token' : 'oauth2/v2.0/token'

  it('is signed with PS256, names the certificate, and is for this endpoint and ten minutes', async () => {
    const now = Date.parse('2026-03-01T12:00:00.700Z')
    vi.useFakeTimers({ toFake: ['Date'], now })
    const { assertion, form, origin } = await sent({ pem: own.certificate + own.key() })
    const { header, claims, signed, signature } = decodeJwt(assertion)
    expect(header).toMatchObject({ alg: 'PS256', 'x5t#S256': own.thumbprint })
    expect(header).not.toHaveProperty('x5c')
    expect(header).not.toHaveProperty('x5t')
    const seconds = Math.floor(now / 1_000)
    expect(claims).toMatchObject({
      aud: `${origin}/${principal.tenantId}/${path}`,
      iss: principal.clientId,
      sub: principal.clientId,
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      nbf: seconds,
      exp: seconds + 600,
    })
    const padding = constants.RSA_PKCS1_PSS_PADDING
    const { publicKey } = new X509Certificate(own.certificate)
    expect(verify('sha256', signed, { key: publicKey, padding }, signature)).toBe(true)
    expect(form).toMatchObject({
      grant_type: 'client_credentials',
      client_id: principal.clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      ...(endpoint === 'v1'
        ? { resource: portalAudience }
        : { scope: expect.stringContaining(`${portalAudience}/.default`) }),
    })
    expect(form).not.toHaveProperty('client_secret')
  })

  it('is another one for each token request', async () => {
    const ids = []
    for (let count = 0; count < 2; count++) {
      const { assertion } = await sent({ pem: own.certificate + own.key() })
      ids.push(decodeJwt(assertion).claims['jti'])
    }
    expect(ids[0]).not.toBe(ids[1])
  })

  describe('carries the chain if told so', () => {
    const root = makeCertificate({ name: 'root' })
    const middle = makeCertificate({ name: 'middle', issuer: root })
    const leaf = makeCertificate({ name: 'leaf', issuer: middle })
    // Of the same names, and of other keys.
    const otherRoot = makeCertificate({ name: 'root' })
    const otherMiddle = makeCertificate({ name: 'middle', issuer: otherRoot })
    const whole = [leaf, middle, root]

    it.each<[string, readonly { readonly certificate: string }[]]>([
      ['in order', whole],
      ['backwards', [root, middle, leaf]],
      ['in disorder', [middle, leaf, root]],
      ['with others of the same names in front', [otherRoot, otherMiddle, ...whole]],
      ['with others between', [root, otherMiddle, leaf, other, middle, otherRoot]],
      ['with some of them twice', [leaf, leaf, root, middle, root, middle]],
    ])('leaf first, each certified by the next, and no other: %s', async (_, certificates) => {
      const texts = certificates.map(({ certificate }) => certificate)
      const pem = [...texts.slice(0, 1), leaf.key(), ...texts.slice(1)].join('')
      const { assertion } = await sent({ pem, sendChain: true })
      const { header } = decodeJwt(assertion)
      const x5c = header['x5c'] as string[] // asserted in the next line
      expect(x5c).toEqual(whole.map(derOf))
      expect(header['x5t#S256']).toBe(leaf.thumbprint)
    })

    it('as far as it is known', async () => {
      const pem = root.certificate + leaf.key() + leaf.certificate
      const { assertion } = await sent({ pem, sendChain: true })
      expect(decodeJwt(assertion).header['x5c']).toEqual([derOf(leaf)])
    })

    function derOf({ certificate }: { readonly certificate: string }): string {
      return new X509Certificate(certificate).raw.toString('base64')
    }
  })

  async function sent(certificate: { pem: string; sendChain?: boolean }) {
    const body = { token_type: 'Bearer', expires_in: 3599, access_token: 'eyJ.a.b' }
    await using authority = await scriptedAuthority({ body })
    const authorityHost = authority.origin
    await acquireOnce(clientCertificate({ ...principal, authorityHost, certificate, endpoint }))
    const [request] = authority.received
    expect(request?.path.split('?')[0]).toBe(`/${principal.tenantId}/${path}`)
    const form = request?.form ?? {}
    return { assertion: form['client_assertion'] ?? '', form, origin: authority.origin }
  }
})

describe('a certificate file', () => {
  const emulated = withEmulator()

  it('is read again for each token request, so that a replaced one is picked up', async () => {
    const path = join(folder, 'replaced.pem')
    writeFileSync(path, own.certificate + own.key())
    emulated.app.addCertificate(own.certificate)
    const credential = clientCertificate({ ...emulated.principal, certificate: { path } })
    await acquireOnce(credential)
    emulated.app.removeCertificates()
    emulated.app.addCertificate(other.certificate)
    writeFileSync(path, other.certificate + other.key())
    await acquireOnce(credential)
    expect(emulated.emulator.tokenRequests.map(({ status }) => status)).toEqual([200, 200])
  })

  it('is read where Kubernetes mounts and rotates it', async () => {
    const mount = kubernetesMount(mkdtempSync(join(folder, 'mount-')), 'portal.pem')
    mount.rotate(own.certificate + own.key())
    emulated.app.addCertificate(own.certificate)
    const options = { ...emulated.principal, certificate: { path: mount.path } }
    const credential = clientCertificate(options)
    await acquireOnce(credential)
    emulated.app.removeCertificates()
    emulated.app.addCertificate(other.certificate)
    expect(await failureOf(credential)).toMatchObject({ aadsts: 700027 })
    mount.rotate(other.certificate + other.key())
    expect(await credential.changed?.()).toBe(true)
    await acquireOnce(credential)
    expect(emulated.emulator.tokenRequests.map(({ status }) => status)).toEqual([200, 401, 200])
  })

  it('that is gone, or half written, fails the token request with its path and what is wrong', async () => {
    const path = join(folder, 'gone.pem')
    writeFileSync(path, own.certificate + own.key())
    const credential = clientCertificate({ ...emulated.principal, certificate: { path } })
    writeFileSync(path, own.certificate)
    const half = await failureOf(credential)
    expect(half).toMatchObject({ code: 'credential_failed', retryable: false })
    expect(half.message).toContain('the PEM holds no private key')
    rmSync(path)
    const gone = await failureOf(credential)
    expect(gone).toMatchObject({ code: 'credential_failed', cause: { code: 'ENOENT' } })
    expect(gone.message).toContain(
      `The certificate could not be read: Error: ${path} does not exist`,
    )
    expect(emulated.emulator.tokenRequests).toEqual([])
  })

  it('that is not there is a TypeError that names it when the credential is made', () => {
    const path = join(folder, 'none.pem')
    const message = typeErrorOf(() => clientCertificate({ ...principal, certificate: { path } }))
    expect(message).toContain(path)
    expect(message).toContain('ENOENT')
  })
})

describe('a certificate that a function reads', () => {
  const emulated = withEmulator()

  it('is read for each token request, and may be replaced', async () => {
    emulated.app.addCertificate(own.certificate)
    emulated.app.addCertificate(other.certificate)
    let pem = own.certificate + own.key()
    const read = vi.fn(async () => pem)
    const credential = clientCertificate({ ...emulated.principal, certificate: { pem: read } })
    expect(read).not.toHaveBeenCalled()
    await acquireOnce(credential)
    expect(credential.expiresAt).toBe(own.expiresAt)
    pem = other.certificate + other.key()
    await acquireOnce(credential)
    expect(read).toHaveBeenCalledTimes(2)
  })

  it('is checked then: what is wrong with it is in the message', async () => {
    const pem = () => own.certificate + other.key()
    const error = await failureOf(
      clientCertificate({ ...emulated.principal, certificate: { pem } }),
    )
    expect(error).toMatchObject({ code: 'credential_failed', cause: { name: 'TypeError' } })
    expect(error.message).toContain('the private key belongs to another certificate')
    expect(emulated.emulator.tokenRequests).toEqual([])
  })
})

describe('clientCertificate(), given what it cannot use, throws a TypeError that shows nothing of it', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
  const weak = makeCertificate({ bits: 1024 })
  const garbled = own.key().replace(/\n[^\n]{20}/, '\nAAAAAAAAAAAAAAAAAAAA')
  const garbledCertificate = own.certificate.replace(/\n[^\n]{20}/, '\nAAAAAAAAAAAAAAAAAAAA')

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /must be \{ pem \} or \{ path \}/],
    ['a text in place of an object', own.certificate, /must be \{ pem \} or \{ path \}/],
    ['neither text nor file', {}, /must be \{ pem \} or \{ path \}/],
    ['an empty text', { pem: '' }, /holds no private key/],
    ['no text', { pem: 42 }, /is a number and no text/],
    ['a key alone', { pem: own.key() }, /holds no certificate/],
    ['a certificate alone', { pem: own.certificate }, /holds no private key/],
    [
      'the key of another',
      { pem: own.certificate + other.key() },
      /belongs to another certificate/,
    ],
    ['a garbled key', { pem: own.certificate + garbled }, /private key cannot be parsed/],
    ['a garbled certificate', { pem: garbledCertificate + own.key() }, /it cannot be parsed/],
    [
      'an encrypted key without a passphrase',
      { pem: own.certificate + own.key({ passphrase }) },
      /if it is encrypted, give its passphrase/,
    ],
    [
      'an encrypted key with a wrong passphrase',
      { pem: own.certificate + own.key({ passphrase }), passphrase: 'wrong horse' },
      /cannot be parsed with this passphrase/,
    ],
    ['a key for PSS alone', { pem: own.certificate + pss }, /RSA keys of 2048 bits/],
    ['an EC key', { pem: own.certificate + ec }, /RSA keys of 2048 bits/],
    ['a short key', { pem: weak.certificate + weak.key() }, /RSA keys of 2048 bits/],
  ])('%s', (_, certificate, expected) => {
    const message = typeErrorOf(() =>
      clientCertificate({ ...principal, certificate: certificate as { pem: string } }),
    )
    expect(message).toMatch(expected)
    expect(message).not.toMatch(/horse|[A-Za-z0-9+/]{40}/)
  })

  it('an endpoint that there is not', () => {
    const certificate = { pem: own.certificate + own.key() }
    const endpoint = 'V1' as 'v1'
    expect(typeErrorOf(() => clientCertificate({ ...principal, certificate, endpoint }))).toContain(
      'endpoint',
    )
  })
})
