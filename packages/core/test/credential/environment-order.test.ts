import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { environment } from '../../src/index.ts'
import { acquireOnce, failureOf } from '../fixtures/acquire.ts'
import { makeCertificate } from '../fixtures/certificate.ts'
import { set, withCleanEnvironment } from '../fixtures/clean-environment.ts'
import { decodeJwt } from '../fixtures/jwt.ts'
import { withEmulator } from '../fixtures/started-emulator.ts'

const folder = mkdtempSync(join(tmpdir(), 'environment-'))
afterAll(() => rmSync(folder, { recursive: true }))
withCleanEnvironment()

const passphrase = 'correct horse battery staple'
const made = makeCertificate()
const certificateFile = join(folder, 'certificate.pem')
writeFileSync(certificateFile, made.certificate + made.key({ passphrase }))
const tokenFile = join(folder, 'token')
const issuer = 'https://oidc.example'
const subject = 'system:serviceaccount:offers:publisher'

describe('environment() picks in the order of @azure/identity', () => {
  const emulated = withEmulator()

  it.each([
    ['a secret', 'secret'],
    ['a certificate', 'certificate'],
    ['a federated token', 'federated'],
    ['a managed identity', undefined],
  ])('%s, with all that comes behind it set as well', async (_, credential) => {
    const { emulator, app, principal } = emulated
    app.addCertificate(made.certificate)
    app.addFederatedCredential({ issuer, subject })
    writeFileSync(tokenFile, await emulator.federatedToken({ issuer, subject }))
    const order = ['secret', 'certificate', 'federated']
    const from = credential === undefined ? order.length : order.indexOf(credential)
    const proofs = [
      { AZURE_CLIENT_SECRET: app.secrets[0]?.value },
      {
        AZURE_CLIENT_CERTIFICATE_PATH: certificateFile,
        AZURE_CLIENT_CERTIFICATE_PASSWORD: passphrase,
      },
      { AZURE_FEDERATED_TOKEN_FILE: tokenFile },
    ]
    set({
      AZURE_AUTHORITY_HOST: principal.authorityHost,
      AZURE_TENANT_ID: principal.tenantId,
      ...(from < 3 && { AZURE_CLIENT_ID: principal.clientId }),
      ...emulator.managedIdentity.appService,
      ...Object.assign({}, ...proofs.slice(from)),
    })
    await acquireOnce(environment())
    const expected = credential === undefined ? { endpoint: 'app-service' } : { credential }
    expect(emulator.tokenRequests).toEqual([expect.objectContaining({ status: 200, ...expected })])
  })

  it.each([
    ['true', 2],
    ['1', 2],
    ['false', undefined],
    [undefined, undefined],
  ])('sends the chain where AZURE_CLIENT_SEND_CERTIFICATE_CHAIN is %s', async (value, length) => {
    const leaf = makeCertificate({ issuer: made })
    const path = join(folder, 'chain.pem')
    writeFileSync(path, leaf.key() + leaf.certificate + made.certificate)
    set({
      AZURE_TENANT_ID: emulated.principal.tenantId,
      AZURE_CLIENT_ID: emulated.principal.clientId,
      AZURE_CLIENT_CERTIFICATE_PATH: path,
      AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: value,
    })
    const sent: string[] = []
    const global = globalThis.fetch
    globalThis.fetch = async (_, init) => {
      sent.push(new URLSearchParams(String(init?.body)).get('client_assertion') ?? '')
      return Response.json({ access_token: 'eyJ.a.b', token_type: 'Bearer', expires_in: 3599 })
    }
    try {
      await acquireOnce(environment())
    } finally {
      globalThis.fetch = global
    }
    const { x5c } = decodeJwt(sent[0] ?? '').header as { x5c?: string[] } // asserted below
    expect(x5c?.length).toBe(length)
  })

  it('takes AZURE_CLIENT_ID for the user-assigned identity where there is no other proof', async () => {
    const { emulator, principal } = emulated
    set({ ...emulator.managedIdentity.imds, AZURE_CLIENT_ID: principal.clientId })
    const credential = environment()
    expect(credential.identity).toBe(`managed-identity/clientId/${principal.clientId}`)
    // That of the machine would be handed out: so it was this one that was asked for.
    expect((await failureOf(credential)).message).toContain('Identity not found')
  })
})

describe('environment(), where it finds nothing to use, fails when a token is needed', () => {
  const tenant = { AZURE_TENANT_ID: 'contoso.com' }
  const platform = { IDENTITY_ENDPOINT: 'http://127.0.0.1:1/msi/token', IDENTITY_HEADER: 'header' }

  it('that lists what was looked for, what was found, and none of the values', async () => {
    set({ ...tenant, AZURE_CLIENT_SECRET: 'Abc8Q~secret', IDENTITY_ENDPOINT: 'http://127.0.0.1:1' })
    const message = (await failureOf(environment())).message
    expect(message).toMatch(
      /^\[environment_incomplete\] No credential in the environment: AZURE_CLIENT_ID not set\. /,
    )
    for (const name of [
      'AZURE_TENANT_ID',
      'AZURE_CLIENT_ID',
      'AZURE_CLIENT_SECRET',
      'AZURE_CLIENT_CERTIFICATE_PATH',
      'AZURE_FEDERATED_TOKEN_FILE',
      'IDENTITY_ENDPOINT',
      'IDENTITY_HEADER',
      'AZURE_POD_IDENTITY_AUTHORITY_HOST',
    ]) {
      expect(message).toContain(name)
    }
    expect(message).toContain('found AZURE_TENANT_ID, AZURE_CLIENT_SECRET, IDENTITY_ENDPOINT.')
    expect(message).not.toMatch(/contoso|8Q~|127\.0\.0\.1/)
  })

  it('that tells what to do on a virtual machine, which sets no variable', async () => {
    expect((await failureOf(environment())).message).toContain('found none')
    expect((await failureOf(environment())).message).toContain(
      'managedIdentity() on a virtual machine',
    )
  })

  it.each([
    { AZURE_CLIENT_SECRET: 'Abc8Q~secret' },
    { AZURE_CLIENT_CERTIFICATE_PATH: certificateFile },
  ])(
    'and takes no managed identity in place of a service principal half described: %j',
    async proof => {
      set({ ...tenant, ...platform, ...proof })
      expect((await failureOf(environment())).message).toContain('AZURE_CLIENT_ID not set')
    },
  )

  it('for one half of a platform’s variables', async () => {
    set({ IDENTITY_HEADER: 'header' })
    expect((await failureOf(environment())).message).toContain('found IDENTITY_HEADER')
  })

  it('that names the file of a certificate that cannot be read', async () => {
    const path = join(folder, 'none.pem')
    set({
      ...tenant,
      AZURE_CLIENT_ID: '66666666-7777-8888-9999-000000000000',
      AZURE_CLIENT_CERTIFICATE_PATH: path,
    })
    expect((await failureOf(environment())).message).toContain(path)
  })
})
