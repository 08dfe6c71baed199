import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManagedIdentityCredential } from '@azure/identity'
import { afterAll, describe, expect, it } from 'vitest'
import {
  accessToken,
  type Certificate,
  type ClientAssertionOptions,
  type ClientCertificateOptions,
  type ClientSecretOptions,
  type Credential,
  clientAssertion,
  clientCertificate,
  clientSecret,
  cloudPartnerAuth,
  environment,
  managedIdentity,
  type TokenCredential,
  tokenCredential,
  tokenEndpoint,
  type WorkloadIdentityOptions,
  workloadIdentity,
} from '../../src/index.ts'
import { acquireOnce, failureOf, typeErrorOf } from '../fixtures/acquire.ts'
import { makeCertificate } from '../fixtures/certificate.ts'
import { set, withCleanEnvironment } from '../fixtures/clean-environment.ts'
import { type Emulated, withEmulator } from '../fixtures/started-emulator.ts'

const folder = mkdtempSync(join(tmpdir(), 'credentials-'))
afterAll(() => rmSync(folder, { recursive: true }))
const tokenFile = join(folder, 'token')
const certificateFile = join(folder, 'certificate.pem')
const issuer = 'https://oidc.example'
const subject = 'system:serviceaccount:offers:publisher'
const made = makeCertificate()
writeFileSync(certificateFile, made.certificate + made.key())

type Options = Readonly<Record<string, unknown>>

/** How a row of the table is run. */
interface Case {
  /** What it is given: exactly what its row says it needs. */
  readonly options: (emulated: Emulated) => Options | Promise<Options>
  readonly make: (options: Options) => Credential
  /** The token request that the emulator is to see. */
  readonly asks: Options
  /** What the row's variables are set to. */
  readonly variables?: (emulated: Emulated) => Readonly<Record<string, string>>
}

const secretOptions = ({ app: { tenantId, clientId, secrets } }: Emulated) => ({
  tenantId,
  clientId,
  secret: secrets[0]?.value,
})
const certificateOptions = ({ app }: Emulated) => {
  app.addCertificate(made.certificate)
  const certificate: Certificate = { path: certificateFile }
  return { tenantId: app.tenantId, clientId: app.clientId, certificate }
}
const assertionOptions = ({ emulator, app }: Emulated) => {
  app.addFederatedCredential({ issuer, subject })
  const assertion = () => emulator.federatedToken({ issuer, subject })
  return { tenantId: app.tenantId, clientId: app.clientId, assertion }
}
const workloadOptions = async ({ emulator, app }: Emulated) => {
  app.addFederatedCredential({ issuer, subject })
  writeFileSync(tokenFile, await emulator.federatedToken({ issuer, subject }))
  return { tenantId: app.tenantId, clientId: app.clientId, tokenFile }
}
const principalVariables = ({ app }: Emulated) => ({
  AZURE_TENANT_ID: app.tenantId,
  AZURE_CLIENT_ID: app.clientId,
})

// The casts stand for what a row does not know: that its options are those of its credential.
const cases: Readonly<Record<string, Case>> = {
  '`clientSecret()`, v2, MSAL': {
    options: secretOptions,
    make: options => clientSecret(options as unknown as ClientSecretOptions),
    asks: { endpoint: 'v2', credential: 'secret' },
    variables: emulated => ({
      ...principalVariables(emulated),
      AZURE_CLIENT_SECRET: emulated.app.secrets[0]?.value ?? '',
    }),
  },
  '`tokenEndpoint()`, v1, POST': {
    options: secretOptions,
    make: options => tokenEndpoint(options as unknown as ClientSecretOptions),
    asks: { endpoint: 'v1', credential: 'secret' },
  },
  '`clientCertificate()`, v2, MSAL': {
    options: certificateOptions,
    make: options => clientCertificate(options as unknown as ClientCertificateOptions),
    asks: { endpoint: 'v2', credential: 'certificate' },
    variables: emulated => ({
      ...principalVariables(emulated),
      AZURE_CLIENT_CERTIFICATE_PATH: certificateFile,
    }),
  },
  '`clientCertificate()`, v1, POST': {
    options: certificateOptions,
    make: options =>
      clientCertificate({ ...(options as unknown as ClientCertificateOptions), endpoint: 'v1' }),
    asks: { endpoint: 'v1', credential: 'certificate' },
  },
  '`clientAssertion()`, v2, MSAL': {
    options: assertionOptions,
    make: options => clientAssertion(options as unknown as ClientAssertionOptions),
    asks: { endpoint: 'v2', credential: 'federated' },
  },
  '`clientAssertion()`, v1, POST': {
    options: assertionOptions,
    make: options =>
      clientAssertion({ ...(options as unknown as ClientAssertionOptions), endpoint: 'v1' }),
    asks: { endpoint: 'v1', credential: 'federated' },
  },
  '`workloadIdentity()`, v2, MSAL': {
    options: workloadOptions,
    make: options => workloadIdentity(options as WorkloadIdentityOptions),
    asks: { endpoint: 'v2', credential: 'federated' },
    variables: emulated => ({
      ...principalVariables(emulated),
      AZURE_FEDERATED_TOKEN_FILE: tokenFile,
    }),
  },
  '`workloadIdentity()`, v1, POST': {
    options: workloadOptions,
    make: options => workloadIdentity({ ...(options as WorkloadIdentityOptions), endpoint: 'v1' }),
    asks: { endpoint: 'v1', credential: 'federated' },
  },
  '`managedIdentity()`, App Service': {
    options({ emulator }) {
      set(emulator.managedIdentity.appService)
      return {}
    },
    make: () => managedIdentity(),
    asks: { endpoint: 'app-service' },
    variables: ({ emulator }) => emulator.managedIdentity.appService,
  },
  '`managedIdentity()`, IMDS': {
    options({ emulator }) {
      set(emulator.managedIdentity.imds)
      return {}
    },
    make: () => managedIdentity(),
    asks: { endpoint: 'imds' },
    variables: ({ emulator }) => emulator.managedIdentity.imds,
  },
  '`tokenCredential()`, its own': {
    options({ emulator }) {
      // It takes no other authority than one over https, and needs none.
      set({ ...emulator.managedIdentity.appService, AZURE_AUTHORITY_HOST: undefined })
      const credential = new ManagedIdentityCredential()
      return { getToken: credential.getToken.bind(credential) }
    },
    make: options => tokenCredential(options as unknown as TokenCredential),
    asks: { endpoint: 'app-service' },
  },
  'your own, its own': {
    options: emulated => ({
      async acquire({ audience }: { audience: string }) {
        const { tenantId, clientId, secret = '' } = secretOptions(emulated)
        const form = {
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: secret,
          resource: audience,
        }
        const url = `${emulated.emulator.origin}/${tenantId}/oauth2/token`
        const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form) })
        const body = (await response.json()) as { access_token: string; expires_in: string }
        const expiresAt = Date.now() + Number(body.expires_in) * 1_000
        return accessToken({ value: body.access_token, expiresAt })
      },
    }),
    make(options) {
      const credential = options as unknown as Credential
      cloudPartnerAuth({ credential })
      return credential
    },
    asks: { endpoint: 'v1', credential: 'secret' },
  },
}

const page = readFileSync(new URL('../../../../docs/credentials.md', import.meta.url), 'utf8')
const rows = rowsBelow('| credential | endpoint |')

withCleanEnvironment()

describe('the table in docs/credentials.md', () => {
  it('has a row for each case here, and a case for each row', () => {
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(cases))
  })
})

describe.each(rows)('$name', ({ name, needs }) => {
  const emulated = withEmulator()
  const { options, make, asks } = cases[name] ?? expect.unreachable(`no case for ${name}`)

  it('acquires a token that the portal accepts, with what the row says it needs', async () => {
    const { emulator } = emulated
    set({ AZURE_AUTHORITY_HOST: emulator.origin })
    const given = await options(emulated)
    expect(Object.keys(given)).toEqual(needs)
    const token = await acquireOnce(make(given))
    const headers = { authorization: `Bearer ${token.reveal()}` }
    const url = `${emulator.origin}/api/offerTypes?api-version=2016-08-01-preview`
    expect((await fetch(url, { headers })).status).toBe(200)
    expect(emulator.tokenRequests).toEqual([expect.objectContaining({ ...asks, status: 200 })])
  })

  it.each(needs)('names %s where that is missing', async need => {
    const given = await options(emulated)
    const without = () => make({ ...given, [need]: undefined })
    // The platform's variables may still be set when a token is needed.
    const isLate = name.startsWith('`workloadIdentity')
    expect(isLate ? (await failureOf(without())).message : typeErrorOf(without)).toContain(need)
  })
})

describe.each(rows.filter(({ variables }) => variables.length > 0))('$name', row => {
  const emulated = withEmulator()

  it('is what environment() picks by its variables, each of which it needs', async () => {
    const { emulator } = emulated
    const { options, asks, variables } = cases[row.name] ?? expect.unreachable()
    await options(emulated)
    const values = variables?.(emulated) ?? {}
    expect(Object.keys(values)).toEqual(row.variables)
    set({ ...values, AZURE_AUTHORITY_HOST: emulator.origin })
    await acquireOnce(environment())
    expect(emulator.tokenRequests).toEqual([expect.objectContaining({ ...asks, status: 200 })])
    for (const missing of row.variables) {
      set({ ...values, [missing]: undefined })
      expect((await failureOf(environment())).message).toContain(missing)
    }
  })
})

function rowsBelow(head: string) {
  const table = page.slice(page.indexOf(head)).split('\n\n')[0] ?? ''
  return table
    .split('\n')
    .slice(2)
    .map(line => line.split('|').map(cell => cell.trim()))
    .map(([, credential = '', endpoint = '', , needs = '', variables = '']) => ({
      name: `${credential}, ${endpoint}`,
      needs: names(needs),
      variables: names(variables),
    }))
}

function names(cell: string): readonly string[] {
  return [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)
}
