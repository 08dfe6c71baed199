import tls from 'node:tls'
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createPipelineRequest,
} from '@azure/core-rest-pipeline'
import { type Emulator, startEmulator } from '@cloud-partner-auth/emulator'
import { HttpMethod, RequestInformation } from '@microsoft/kiota-abstractions'
import { AzureIdentityAuthenticationProvider } from '@microsoft/kiota-authentication-azure'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tokenEndpoint } from '../../src/credential/client-secret.ts'
import { type CloudPartnerAuth, cloudPartnerAuth, productIngestion } from '../../src/index.ts'

const scope = 'https://graph.microsoft.com/.default'
const path = '/rp/product-ingestion/product?$version=2022-07-01'

let emulator: Emulator
let auth: CloudPartnerAuth
const trusted = tls.getCACertificates('default')
beforeEach(async () => {
  emulator = await startEmulator({ tls: true })
  tls.setDefaultCACertificates([...trusted, emulator.ca ?? ''])
  const { env, origin } = emulator
  auth = cloudPartnerAuth({
    credential: tokenEndpoint({
      tenantId: env['AZURE_TENANT_ID'] ?? '',
      clientId: env['AZURE_CLIENT_ID'] ?? '',
      secret: env['AZURE_CLIENT_SECRET'] ?? '',
      authorityHost: origin,
    }),
    apis: [{ ...productIngestion, origins: [origin], emulated: false }],
  })
})
afterEach(async () => {
  tls.setDefaultCACertificates(trusted)
  await emulator.close()
})

describe('the bearer policy of @azure/core-rest-pipeline', () => {
  it('shares them with the clients of the auth', async () => {
    const send = pipeline()
    for (let count = 0; count < 3; count++) expect((await send()).status).toBe(200)
    const held = await auth.covering(`${emulator.origin}/rp/product-ingestion`)?.source.get()
    const seen = new Set(emulator.requests.map(({ token }) => token?.id))
    expect(seen).toEqual(new Set([emulator.tokenRequests[0]?.tokenId]))
    expect((await auth.asTokenCredential(productIngestion).getToken(scope))?.token).toBe(
      held?.reveal(),
    )
    expect(emulator.tokenRequests).toHaveLength(1)
  })

  it('answers a claims challenge with a renewed one', async () => {
    const send = pipeline()
    expect((await send()).status).toBe(200)
    emulator.clock.advance(2_000)
    emulator.faults.add({ type: 'claims-challenge' })
    expect((await send()).status).toBe(200)
    expect(emulator.tokenRequests.map(({ claims }) => claims !== undefined)).toEqual([false, true])
    expect(emulator.requests.map(({ status }) => status)).toEqual([200, 401, 200])
  })

  function pipeline() {
    const credential = auth.asTokenCredential(productIngestion)
    const made = createEmptyPipeline()
    made.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes: scope }))
    const client = createDefaultHttpClient()
    const { origin, ca = '' } = emulator
    return () =>
      made.sendRequest(client, createPipelineRequest({ url: origin + path, tlsSettings: { ca } }))
  }
})

describe('getToken()', () => {
  it('takes null for no options, and says what can be no signal', async () => {
    const { getToken } = auth.asTokenCredential(productIngestion)
    expect((await getToken(scope, null as never))?.token).toMatch(/^eyJ/)
    await expect(getToken(scope, { abortSignal: 5 as never })).rejects.toThrow(
      'getToken(): abortSignal must be an AbortSignal, and not a number',
    )
  })

  it.each([true, false])(
    'is ended by an abort signal of the Azure SDK (at once: %s)',
    async aborted => {
      emulator.faults.add({ type: 'hang', on: 'authority' })
      const listeners: (() => void)[] = []
      const abortSignal = {
        aborted,
        addEventListener: (_type: string, listener: () => void) => void listeners.push(listener),
      }
      const asked = auth.asTokenCredential(productIngestion).getToken(scope, { abortSignal })
      for (const abort of listeners) abort()
      await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
    },
  )
})

describe("Kiota's authentication provider", () => {
  it('puts the same token on its requests', async () => {
    const { authenticate } = provider(scope)
    for (let count = 0; count < 2; count++) {
      const { URL, headers } = await authenticate()
      const [authorization = ''] = headers.get('Authorization') ?? []
      expect((await fetch(URL, { headers: { authorization } })).status).toBe(200)
    }
    expect(emulator.tokenRequests).toHaveLength(1)
  })

  it('is told where it asks for another audience', async () => {
    const { authenticate } = provider('https://vault.azure.net/.default')
    await expect(authenticate()).rejects.toThrow(
      'Product Ingestion has the scope https://graph.microsoft.com/.default',
    )
    expect(emulator.tokenRequests).toEqual([])
  })

  function provider(asked: string) {
    const credential = auth.asTokenCredential(productIngestion)
    const hosts = new Set([new URL(emulator.origin).hostname])
    const kiota = new AzureIdentityAuthenticationProvider(credential, [asked], undefined, hosts)
    return {
      async authenticate() {
        const request = new RequestInformation(HttpMethod.GET)
        request.URL = emulator.origin + path
        await kiota.authenticateRequest(request)
        return request
      },
    }
  }
})
