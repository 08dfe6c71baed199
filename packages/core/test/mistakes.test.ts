import { afterAll, describe, expect, it } from 'vitest'
import { authFor } from '../src/adapter.ts'
import * as core from '../src/index.ts'
import { makeCertificate } from './fixtures/certificate.ts'
import { set, withCleanEnvironment } from './fixtures/clean-environment.ts'

withCleanEnvironment()

const secret = 'Abc8Q~a-secret-of-no-account'
const key = Buffer.alloc(32, 7).toString('base64')
const secretId = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'
const own = makeCertificate()
const other = makeCertificate()
const old = makeCertificate({ to: Date.parse('2024-05-06') })

/** As clients of Redis have it, and no method of a store but by name. */
class RedisClient {
  async get() {}
  async set() {}
  async sendCommand() {}
}

/** Entra's answer to a wrong secret, and nothing else: no request leaves this test. */
async function refusing(): Promise<Response> {
  const description = 'AADSTS7000215: Invalid client secret provided.'
  return Response.json({ error: 'invalid_client', error_description: description }, { status: 401 })
}

const ids = {
  tenantId: '11111111-2222-3333-4444-555555555555',
  clientId: '66666666-7777-8888-9999-000000000000',
}
const principal = { ...ids, secret }
const api: core.Api = {
  name: 'example',
  origins: ['https://api.example'],
  audience: 'api://example',
}

/** What the code of the mistakes knows beside the package. */
const known = {
  ...core,
  authFor,
  ids,
  principal,
  api,
  secret,
  key,
  secretId,
  refusing,
  pem: own.certificate + own.key(),
  certificateAlone: own.certificate,
  keyOfAnother: own.certificate + other.key(),
  expired: old.certificate + old.key(),
  encryptedKey: own.certificate + own.key({ passphrase: 'wrong-or-absent' }),
  pfx: '0\u0082\u0009\u0001\u0002\u0001\u0003 and so on',
  credential: core.clientSecret(principal),
  auth: core.cloudPartnerAuth({ credential: core.clientSecret(principal) }),
  redisClient: new RedisClient(),
}

interface Mistake {
  /** Evaluated in the test, so that what is printed is what was done. */
  readonly code: string
  /** What a reader must find in the message: the thing that is wrong, and what was meant. */
  readonly says: RegExp
  readonly variables?: Readonly<Record<string, string>>
  /** Whether it is seen when a token is needed, and not before. Default: at once. */
  readonly late?: boolean
}

const complete = {
  AZURE_TENANT_ID: ids.tenantId,
  AZURE_CLIENT_ID: ids.clientId,
  AZURE_CLIENT_SECRET: secret,
}
const needed = 'await cloudPartnerAuth().ready()'

function late(code: string, says: RegExp, variables?: Mistake['variables']): Mistake {
  return { code, says, late: true, ...(variables && { variables }) }
}

function atOnce(code: string, says: RegExp, variables?: Mistake['variables']): Mistake {
  return { code, says, ...(variables && { variables }) }
}

const mistakes: Readonly<Record<string, readonly Mistake[]>> = {
  'an unknown option': [
    atOnce(
      'clientSecret({ ...ids, clientSecret: secret })',
      /clientSecret has no option "clientSecret": did you mean secret\?/,
    ),
    atOnce('clientSecret({ ...principal, authority: "https://x" })', /mean authorityHost\?/),
    atOnce('tokenEndpoint({ ...principal, tenant: "contoso.com" })', /mean tenantId\?/),
    atOnce('clientCertificate({ ...ids, cert: pem })', /mean certificate\?/),
    atOnce(
      'clientCertificate({ ...ids, certificate: { pem, password: "x" } })',
      /certificate has no option "password".*passphrase/,
    ),
    atOnce('clientAssertion({ ...ids, getAssertion: () => "" })', /mean assertion\?/),
    atOnce('workloadIdentity({ ...ids, tokenFilePath: "/token" })', /mean tokenFile\?/),
    atOnce('managedIdentity({ clientID: ids.clientId })', /mean clientId\?/),
    atOnce('tokenCredential({ getToken() {} }, { identitiy: "x" })', /mean identity\?/),
    atOnce('cloudPartnerAuth({ credentials: credential })', /mean credential\?/),
    atOnce(
      'cloudPartnerAuth({ ...principal })',
      /no option "tenantId".*credential: clientSecret\(/,
    ),
    atOnce('cloudPartnerAuth({ credential, retry: true })', /no option "retry".*resend/),
    atOnce('defineApi({ ...api, origin: "https://api.example" })', /mean origins\?/),
    atOnce(
      'cloudPartnerAuth({ credential, apis: [{ ...api, scope: "x" }] })',
      /apis\[0\] has no option "scope".*audience/,
    ),
    atOnce('fileStore("/tokens", { encrypted: false })', /encrypted\(fileStore\(folder\), key\)/),
    atOnce('accessToken({ token: "x", expiresOn: 0 })', /no option "token".*value, expiresAt/),
    atOnce('environment({ ...principal })', /takes no options, and not "tenantId".*clientSecret/),
    atOnce('staticToken("x", { expiresAt: 0 })', /takes no options, and not "expiresAt"/),
    atOnce(
      'encrypted(fileStore("/tokens"), key, { prefix: "x" })',
      /takes no options, and not "prefix".*redisStore/,
    ),
  ],
  'a wrong thing in a place': [
    atOnce('cloudPartnerAuth(credential)', /cloudPartnerAuth\(\{ credential \}\)/),
    atOnce(
      'clientCertificate({ ...ids, certificate: { pem: new Uint8Array(9) } })',
      /PEM is an object of the class Uint8Array and no text.*utf8/,
    ),
    atOnce('auth.covering(new URL("https://api.example"))', /takes a URL as text.*class URL/),
    atOnce('auth.covering()', /takes a URL as text.*undefined/),
    atOnce('cloudPartnerAuth(auth)', /options.*an auth.*adapter/),
    atOnce('cloudPartnerAuth(null)', /one object.*not null/),
    atOnce('cloudPartnerAuth(clientSecret)', /one object.*not the function clientSecret/),
    atOnce('cloudPartnerAuth({ credential: clientSecret })', /clientSecret: call it/),
    atOnce('cloudPartnerAuth({ credential: auth })', /credential.*is an auth/),
    atOnce('cloudPartnerAuth({ credential: null })', /credential must .*not null/),
    atOnce('cloudPartnerAuth({ credential: secret })', /credential must .*a string/),
    atOnce('cloudPartnerAuth({ credential: principal })', /credential must .*clientSecret\(\)/),
    atOnce(
      'cloudPartnerAuth({ credential: Promise.resolve(credential) })',
      /credential is a promise: await it/,
    ),
    atOnce('cloudPartnerAuth({ credential: { getToken() {} } })', /tokenCredential\(credential\)/),
    atOnce('tokenCredential({ credential: "DefaultAzureCredential" })', /getToken\(\)/),
    atOnce('tokenCredential(credential)', /this package as it is/),
    atOnce(
      'tokenCredential(class AzureCliCredential {})',
      /new AzureCliCredential\(\).*the function AzureCliCredential/,
    ),
    atOnce('cloudPartnerAuth([credential])', /one object.*not a list/),
    atOnce(
      'clientSecret(ids.tenantId, ids.clientId, secret)',
      /takes one object, clientSecret\(\{ tenantId, clientId, secret/,
    ),
    atOnce('clientSecret()', /one object.*undefined/),
    atOnce('clientSecret({ ...principal, fetch: "node-fetch" })', /fetch must be a function/),
    atOnce(
      'clientSecret({ ...principal, fetch: { fetch() {} } })',
      /fetch must be a function.*object/,
    ),
    atOnce('clientAssertion({ ...ids, assertion: "eyJ.a.b" })', /assertion must be a function/),
    atOnce(
      'cloudPartnerAuth({ credential, observe: { log() {} } })',
      /observe must be a function.*object/,
    ),
    atOnce(
      'cloudPartnerAuth({ credential, observe: [console.log] })',
      /observe must be a function.*list/,
    ),
    atOnce('cloudPartnerAuth({ credential, resend: "no" })', /resend must be true or false/),
    atOnce('managedIdentity({ clientId: "a", objectId: "b" })', /one of clientId, objectId/),
    atOnce('managedIdentity(ids.clientId)', /managedIdentity\(\) takes one object.*a string/),
    atOnce('staticToken("Bearer x")', /without Bearer, white space or quotes/),
    atOnce('staticToken(undefined)', /staticToken\(\) takes the text of a token.*undefined/),
    atOnce('authFor(credential, "cloudPartnerFetch")', /cloudPartnerAuth\(\{ credential \}\)/),
    atOnce(
      'authFor(cloudPartnerAuth, "cloudPartnerFetch")',
      /takes what cloudPartnerAuth\(\) returns: call it/,
    ),
    late('await auth.ready([cloudPartnerPortal])', /ready\(\) takes Apis, and not a list/),
  ],
  'an Api': [
    atOnce('cloudPartnerAuth({ credential, apis: cloudPartnerPortal })', /apis must be a list/),
    atOnce('cloudPartnerAuth({ credential, apis: [] })', /at least one Api.*empty list/),
    atOnce(
      'cloudPartnerAuth({ credential, apis: ["https://api.example"] })',
      /apis\[0\] must be an object/,
    ),
    atOnce(
      'cloudPartnerAuth({ credential, apis: [presets] })',
      /apis\[0\] must be an object.*list/,
    ),
    atOnce('defineApi({ origins: api.origins, audience: api.audience })', /name/),
    atOnce('defineApi({ name: "x", audience: "api://x" })', /origins/),
    atOnce(
      'defineApi({ ...api, origins: "https://api.example" })',
      /origins must be a list.*not a string/,
    ),
    atOnce(
      'defineApi({ ...api, origins: ["https://api.example/v1"] })',
      /origins\[0\] must be an origin.*has a path/,
    ),
    atOnce('defineApi({ ...api, origins: ["https://api.example/"] })', /but it ends in a slash/),
    atOnce(
      'defineApi({ ...api, origins: ["http://api.example"] })',
      /is http and not on a loopback/,
    ),
    atOnce('defineApi({ ...api, origins: ["*.api.example"] })', /holds a wildcard/),
    atOnce('defineApi({ ...api, audience: "api://example/.default" })', /without \/\.default/),
    atOnce('defineApi({ ...api, paths: ["v1/"] })', /paths must list paths such as/),
    atOnce(
      'defineApi({ ...api, version: "2016-08-01" })',
      /version must be \{ parameter, value \}/,
    ),
    atOnce(
      'cloudPartnerAuth({ credential, apis: [api, { ...api, name: "twin" }] })',
      /example and twin cannot be told apart/,
    ),
    late('await auth.ready(api)', /example is none of the apis/),
  ],
  'a malformed setting': [
    atOnce('clientSecret({ ...principal, tenantId: undefined })', /tenantId.*is missing/),
    atOnce(
      'clientSecret({ ...principal, tenantId: "my tenant" })',
      /tenantId.*GUID or one of its domain names/,
    ),
    atOnce(
      'clientSecret({ ...principal, tenantId: "https://login.microsoftonline.com/" + ids.tenantId })',
      /tenantId.*URL/,
    ),
    atOnce('clientSecret({ ...principal, clientId: "my app" })', /clientId.*GUID/),
    atOnce('clientSecret({ ...principal, clientId: secret })', /clientId.*GUID/),
    atOnce(
      'clientSecret({ ...principal, authorityHost: "login.microsoftonline.com" })',
      /authorityHost.*does not begin with https/,
    ),
    atOnce(
      'clientSecret({ ...principal, authorityHost: authorityHosts.public + "/" + ids.tenantId })',
      /authorityHost.*has a path/,
    ),
    atOnce(
      'clientSecret({ ...principal, authorityHost: "http://login.example" })',
      /is http and not on a loopback/,
    ),
    atOnce('clientSecret({ ...principal, region: "West Europe" })', /region.*westeurope/),
    atOnce(
      'clientSecret({ ...principal, capabilities: "cp1" })',
      /capabilities must list names.*\['cp1'\]/,
    ),
    atOnce('clientSecret({ ...principal, secret: JSON.stringify(secret) })', /secret.*in quotes/),
    atOnce('clientSecret({ ...principal, secret: secret + "\\n" })', /secret.*line break/),
    atOnce('clientSecret({ ...principal, secret: "" })', /secret.*is empty/),
    atOnce(
      'clientSecret({ ...principal, secret: process.env.NO_SUCH_VARIABLE })',
      /secret.*is missing/,
    ),
    atOnce(
      'clientSecret({ ...principal, secretExpiresAt: 1790000000 })',
      /secretExpiresAt must be milliseconds/,
    ),
    atOnce(
      'clientSecret({ ...principal, secretExpiresAt: new Date() })',
      /secretExpiresAt must be milliseconds.*Date\.parse/,
    ),
    late(
      'await cloudPartnerAuth({ credential: clientSecret({ ...ids, secret: secretId, fetch: refusing }) }).ready()',
      /secret.*ID.*value/i,
    ),
    late(
      'await cloudPartnerAuth({ credential: clientSecret({ ...ids, secret: () => " " + secret, fetch: refusing }) }).ready()',
      /secret.*white space/,
    ),
    late(
      'await cloudPartnerAuth({ credential: clientAssertion({ ...ids, assertion: () => "eyJ.a", fetch: refusing }) }).ready()',
      /assertion must be a signed JWT.*no signature/,
    ),
    atOnce(
      'clientAssertion({ ...ids, assertion: () => "", endpoint: "v3" })',
      /endpoint must be 'v1' or 'v2'/,
    ),
    atOnce('workloadIdentity({ ...ids, tokenFile: "eyJh.eyJh.abc" })', /tokenFile.*path of a file/),
  ],
  'a certificate': [
    atOnce(
      'clientCertificate({ ...ids, certificate: pem })',
      /certificate must be \{ pem \} or \{ path \}.*string/,
    ),
    atOnce('clientCertificate({ ...ids, certificate: { pem: pfx } })', /PFX.*openssl/),
    atOnce(
      'clientCertificate({ ...ids, certificate: { pem: certificateAlone } })',
      /no private key/,
    ),
    atOnce(
      'clientCertificate({ ...ids, certificate: { pem: keyOfAnother } })',
      /belongs to another certificate/,
    ),
    atOnce('clientCertificate({ ...ids, certificate: { pem: encryptedKey } })', /passphrase/),
    atOnce(
      'clientCertificate({ ...ids, certificate: { pem: "/etc/portal.pem" } })',
      /path of a file/,
    ),
    atOnce(
      'clientCertificate({ ...ids, certificate: { path: "/no/such/portal.pem" } })',
      /\/no\/such\/portal\.pem does not exist/,
    ),
    late(
      'await cloudPartnerAuth({ credential: clientCertificate({ ...ids, certificate: { pem: expired } }) }).ready()',
      /expired on 2024-05-06/,
    ),
  ],
  'a store': [
    atOnce('cloudPartnerAuth({ credential, store: redisClient })', /redisStore\(/),
    atOnce('cloudPartnerAuth({ credential, store: encrypted(redisClient, key) })', /redisStore\(/),
    atOnce('cloudPartnerAuth({ credential, store: fileStore })', /fileStore: call it/),
    atOnce('cloudPartnerAuth({ credential, store: null })', /store must .*not null/),
    atOnce('cloudPartnerAuth({ credential, store: new Map() })', /store must .*Map/),
    atOnce(
      'cloudPartnerAuth({ credential, store: fileStore("/tokens") })',
      /in clear.*encrypted\(store/,
    ),
    atOnce(
      'cloudPartnerAuth({ credential: managedIdentity(), store: encrypted(fileStore("/tokens"), key) })',
      /no identity.*clientId/,
    ),
    atOnce(
      'cloudPartnerAuth({ credential: staticToken("x"), store: encrypted(fileStore("/tokens"), key) })',
      /staticToken\(\) takes no store/,
    ),
    atOnce('encrypted(fileStore("/tokens"))', /at least one key/),
    atOnce('encrypted(fileStore("/tokens"), "correct horse")', /keys\[0\] must be 32 random bytes/),
    atOnce('encrypted(null, key)', /store must .*not null/),
    atOnce('encrypted(key, fileStore("/tokens"))', /encrypted\(store, keys\)/),
    atOnce('fileStore("/tokens", null)', /takes one object.*null/),
    atOnce('fileStore()', /path of a folder/),
    atOnce('fileStore({ folder: "/tokens" })', /path of a folder.*object/),
  ],
  'the environment': [
    late(needed, /AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET not set/),
    late(needed, /AZURE_CLIENT_SECRET not set/, {
      AZURE_TENANT_ID: ids.tenantId,
      AZURE_CLIENT_ID: ids.clientId,
    }),
    late(needed, /AZURE_CLIENT_ID not set.*found AZURE_TENANT_ID, AZURE_CLIENT_SECRET/, {
      AZURE_TENANT_ID: ids.tenantId,
      AZURE_CLIENT_SECRET: secret,
    }),
    late(needed, /AZURE_TENANT_ID.*in quotes/, {
      ...complete,
      AZURE_TENANT_ID: `"${ids.tenantId}"`,
    }),
    late(needed, /AZURE_CLIENT_SECRET.*carriage return/, {
      ...complete,
      AZURE_CLIENT_SECRET: `${secret}\r`,
    }),
    late(needed, /AZURE_CLIENT_ID.*reference/, { ...complete, AZURE_CLIENT_ID: '$(CLIENT_ID)' }),
    late(needed, /AZURE_AUTHORITY_HOST must be an https origin.*does not begin with https/, {
      ...complete,
      AZURE_AUTHORITY_HOST: 'login.microsoftonline.us',
    }),
    late(needed, /AZURE_FEDERATED_TOKEN_FILE.*path of a file/, {
      AZURE_TENANT_ID: ids.tenantId,
      AZURE_CLIENT_ID: ids.clientId,
      AZURE_FEDERATED_TOKEN_FILE: 'eyJh.eyJh.abc',
    }),
    late(
      'await cloudPartnerAuth({ credential: workloadIdentity() }).ready()',
      /workloadIdentity\(\) needs AZURE_TENANT_ID/,
    ),
    late(
      'await cloudPartnerAuth({ credential: managedIdentity() }).ready()',
      /IDENTITY_ENDPOINT must be an http or https URL/,
      { IDENTITY_ENDPOINT: 'localhost', IDENTITY_HEADER: 'x' },
    ),
    late(
      'await cloudPartnerAuth({ credential: managedIdentity() }).ready()',
      /IDENTITY_ENDPOINT must be an http or https URL, but it stands in quotes/,
      { IDENTITY_ENDPOINT: '"http://127.0.0.1:1/"', IDENTITY_HEADER: 'x' },
    ),
    late(
      'await cloudPartnerAuth({ credential: managedIdentity() }).ready()',
      /IDENTITY_HEADER holds characters that no header may hold: leave it to the platform/,
      { IDENTITY_ENDPOINT: 'http://127.0.0.1:1/', IDENTITY_HEADER: '\u200bx' },
    ),
    late(needed, /AZURE_CLIENT_SEND_CERTIFICATE_CHAIN must be 1 or true.*stands in quotes/, {
      AZURE_TENANT_ID: ids.tenantId,
      AZURE_CLIENT_ID: ids.clientId,
      AZURE_CLIENT_CERTIFICATE_PATH: '/no/such/file',
      AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: '"true"',
    }),
    late(
      'await cloudPartnerAuth({ credential: { acquire: async () => accessToken({ value: "x", expiresAt: Date.now() + 60_000 }) } }).ready()',
      /CLOUD_PARTNER_EMULATOR must be the origin.*quotes/,
      { CLOUD_PARTNER_EMULATOR: '"http://127.0.0.1:4180"' },
    ),
    late(needed, /CLOUD_PARTNER_EMULATOR must be the origin.*loopback/, {
      ...complete,
      CLOUD_PARTNER_EMULATOR: 'http://emulator:4180',
    }),
    late(needed, /CLOUD_PARTNER_EMULATOR must be the origin.*loopback/, {
      ...complete,
      CLOUD_PARTNER_EMULATOR: '127.0.0.1:4180',
    }),
    late(
      'cloudPartnerAuth({ credential }).covering("https://cloudpartner.azure.com/api/publishers")',
      /cloudpartner\.azure\.com.*CLOUD_PARTNER_EMULATOR.*baseUrl/,
      { CLOUD_PARTNER_EMULATOR: 'http://127.0.0.1:4180' },
    ),
    late(
      'await cloudPartnerAuth({ credential: clientSecret({ ...principal, authorityHost: authorityHosts.china }) }).ready()',
      /CLOUD_PARTNER_EMULATOR.*authorityHost/,
      { CLOUD_PARTNER_EMULATOR: 'http://127.0.0.1:4180' },
    ),
    late(
      'await cloudPartnerAuth({ credential: staticToken("x") }).ready()',
      /staticToken\(\) is for tests.*CLOUD_PARTNER_EMULATOR/,
      { CLOUD_PARTNER_EMULATOR: 'http://127.0.0.1:4180' },
    ),
    late(
      'await cloudPartnerAuth({ credential: tokenCredential({ getToken: async () => null }) }).ready()',
      /getToken\(\).*resolved with no token/,
    ),
  ],
}

const told: string[] = []
afterAll(() => {
  console.log(`What is said to ${told.length} mistakes:\n${told.join('\n')}`)
})

for (const [kind, list] of Object.entries(mistakes)) {
  describe(`a mistake with ${kind}`, () => {
    it.each(list)('$code', async ({ code, says, variables = {}, late = false }) => {
      set(variables)
      const thrown = await thrownBy(code)
      const names = Object.entries(variables)
        .map(([name, value]) => `${name}=${JSON.stringify(value.replaceAll(secret, '…'))} `)
        .join('')
      const { message } = thrown
      told.push(`  ${names}${code}  →  ${thrown.name}: ${message}`)
      expect(message).toMatch(says)
      expect(message).not.toMatch(
        /undefined \(reading|of undefined|is not a function|is not iterable/,
      )
      for (const hidden of [secret, secretId, key, own.key().slice(100, 140)])
        expect(message).not.toContain(hidden)
      if (!late) expect(thrown).toBeInstanceOf(TypeError)
      else expect(thrown instanceof TypeError || core.isCloudPartnerAuthError(thrown)).toBe(true)
    })
  })
}

async function thrownBy(code: string): Promise<Error> {
  const isLate = code.startsWith('await ')
  const run = new Function(
    ...Object.keys(known),
    isLate ? `return (async () => { ${code} })()` : `return ${code}`,
  )
  try {
    await run(...Object.values(known))
  } catch (thrown) {
    return thrown as Error // its class is asserted by who calls
  }
  return expect.unreachable(`nothing is said to ${code}`)
}

describe('what another package left on Object.prototype', () => {
  const polluted = {
    authorityHost: 'https://login.elsewhere.example',
    region: 'westeurope',
    endpoint: 'v3',
    resend: 'no',
    store: {},
    paths: ['/nowhere'],
    version: { parameter: 'v', value: '1' },
  }

  it('is no option and no field of an Api', () => {
    const seen: unknown[] = []
    try {
      for (const [name, value] of Object.entries(polluted))
        Object.defineProperty(Object.prototype, name, { value, configurable: true })
      const credential = core.clientSecret(principal)
      const auth = core.cloudPartnerAuth({ credential, apis: [api] })
      const covering = auth.covering('https://api.example/offers')
      seen.push(credential.identity, auth.resend, covering?.api.name, covering?.api.version)
    } finally {
      for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name)
    }
    const identity = `https://login.microsoftonline.com/${ids.tenantId}/${ids.clientId}`
    expect(seen).toEqual([identity, true, 'example', undefined])
  })
})
