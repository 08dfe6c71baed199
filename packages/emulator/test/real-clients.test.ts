import { ClientSecretCredential, ManagedIdentityCredential } from '@azure/identity'
import { ConfidentialClientApplication } from '@azure/msal-node'
import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'
import { audience, send } from './requests.ts'

const scope = `${audience}/.default`
afterEach(() => vi.unstubAllEnvs())

async function accepts(emulator: Emulator, token: string): Promise<boolean> {
  const path = '/api/publishers?api-version=2017-10-31'
  return (await send(emulator, token, path)).ok
}

describe('@azure/identity', () => {
  it('gets a token with a ClientSecretCredential, over https', async () => {
    await using emulator = await startEmulator({ tls: true })
    const { env, ca = '' } = emulator
    const options = {
      authorityHost: env['AZURE_AUTHORITY_HOST'] ?? '',
      disableInstanceDiscovery: true,
      tlsOptions: { ca },
    }
    const credential = new ClientSecretCredential(
      env['AZURE_TENANT_ID'] ?? '',
      env['AZURE_CLIENT_ID'] ?? '',
      env['AZURE_CLIENT_SECRET'] ?? '',
      options,
    )
    const { token } = await credential.getToken(scope)
    expect(decodeJwt(token)).toMatchObject({ aud: audience, appid: env['AZURE_CLIENT_ID'] })
    expect(emulator.tokenRequests).toMatchObject([{ endpoint: 'v2', status: 200 }])
    expect(emulator.discoveryRequests).toHaveLength(1)
  })

  it('gets a token with a ManagedIdentityCredential', async () => {
    await using emulator = await startEmulator()
    for (const [name, value] of Object.entries(emulator.managedIdentity.appService)) {
      vi.stubEnv(name, value)
    }
    const { token } = await new ManagedIdentityCredential().getToken(scope)
    expect(await accepts(emulator, token)).toBe(true)
    expect(emulator.tokenRequests).toMatchObject([{ endpoint: 'app-service', status: 200 }])
  })
})

describe('msal-node', () => {
  let emulator: Emulator
  beforeAll(async () => {
    emulator = await startEmulator()
  })
  afterAll(() => emulator.close())

  interface Certificate {
    readonly thumbprintSha256: string
    readonly privateKey: string
  }

  /** An app of msal-node with nothing of ours: plain http is reached through its metadata. */
  function client(credential: { clientSecret?: string; clientCertificate?: Certificate }) {
    const { host } = new URL(emulator.origin)
    const base = `${emulator.origin}/{tenantid}`
    return new ConfidentialClientApplication({
      auth: {
        clientId: emulator.env['AZURE_CLIENT_ID'] ?? '',
        authority: `https://${host}/${emulator.env['AZURE_TENANT_ID']}`,
        knownAuthorities: [host],
        authorityMetadata: JSON.stringify({
          issuer: `${base}/v2.0`,
          token_endpoint: `${base}/oauth2/v2.0/token`,
          authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
          jwks_uri: `${base}/discovery/v2.0/keys`,
        }),
        ...credential,
      },
    })
  }

  it('gets a token with a secret', async () => {
    const app = client({ clientSecret: emulator.env['AZURE_CLIENT_SECRET'] ?? '' })
    const result = await app.acquireTokenByClientCredential({ scopes: [scope] })
    expect(result?.expiresOn?.getTime()).toBeGreaterThan(Date.now() + 3_000_000)
    expect(await accepts(emulator, result?.accessToken ?? '')).toBe(true)
  })

  it('gets a token with a certificate', async () => {
    const app = emulator.tenants[0]?.apps[0]
    const made = await app?.createCertificate()
    const thumbprintSha256 = Buffer.from(
      app?.certificates[0]?.thumbprintSha256 ?? '',
      'base64url',
    ).toString('hex')
    const clientCertificate = { thumbprintSha256, privateKey: made?.privateKey ?? '' }
    const result = await client({ clientCertificate }).acquireTokenByClientCredential({
      scopes: [scope],
    })
    expect(await accepts(emulator, result?.accessToken ?? '')).toBe(true)
    expect(emulator.tokenRequests.at(-1)).toMatchObject({ credential: 'certificate' })
  })

  it('understands a refusal', async () => {
    const app = client({ clientSecret: 'wrong' })
    await expect(app.acquireTokenByClientCredential({ scopes: [scope] })).rejects.toMatchObject({
      errorCode: 'invalid_client',
      errorNo: 7000215,
    })
  })
})
