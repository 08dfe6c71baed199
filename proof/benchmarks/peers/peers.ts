import {
  bearerTokenAuthenticationPolicy,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type PipelineRequest,
} from '@azure/core-rest-pipeline'
import { ClientSecretCredential } from '@azure/identity'
import { ConfidentialClientApplication } from '@azure/msal-node'
import { type Credential, cloudPartnerAuth, tokenEndpoint } from '@cloud-partner-auth/core'
import { audience, clientId, secret, tenantId, type Wire } from './wire.ts'

/** A library that gets tokens, set up as its documentation recommends: one instance that is kept. */
export interface Peer {
  get(scope?: string): Promise<string>
}

export const scope = `${audience}/.default`

export function ours(wire: Wire): Peer & { renew(refused: string): Promise<string> } {
  const credential: Credential = tokenEndpoint({ tenantId, clientId, secret, fetch: wire.fetch })
  const source = cloudPartnerAuth({ credential }).covering(`${audience}/`)?.source
  if (!source) throw new Error('the portal is covered')
  return {
    get: async () => (await source.get()).reveal(),
    async renew() {
      const token = await source.get()
      return (await source.renew(token)).reveal()
    },
  }
}

export function msalApplication(wire: Wire): ConfidentialClientApplication {
  return new ConfidentialClientApplication({
    auth: {
      clientId,
      clientSecret: secret,
      authority: `https://login.microsoftonline.com/${tenantId}`,
    },
    system: { networkClient: wire.networkClient },
  })
}

export function msalNode(wire: Wire): Peer {
  const application = msalApplication(wire)
  return {
    async get(asked = scope) {
      const result = await application.acquireTokenByClientCredential({ scopes: [asked] })
      return result?.accessToken ?? ''
    },
  }
}

/** @azure/identity over the HTTP client that its options accept. */
export function azureIdentity(wire: Wire): Peer {
  const credential = identityCredential(wire)
  return { get: async (asked = scope) => (await credential.getToken(asked)).token }
}

function identityCredential(wire: Wire): ClientSecretCredential {
  return new ClientSecretCredential(tenantId, clientId, secret, {
    httpClient: tokenClient(wire),
    retryOptions: { maxRetries: 0 },
  })
}

function tokenClient(wire: Wire): HttpClient {
  return {
    async sendRequest(request) {
      if (!new URL(request.url).pathname.endsWith('/oauth2/v2.0/token'))
        throw new Error(`no discovery is needed: ${request.url}`)
      const { status, body } = await wire.answer()
      const headers = createHttpHeaders({ 'content-type': 'application/json' })
      return { request, status, headers, bodyAsText: JSON.stringify(body) }
    },
  }
}

/** The bearer policy of Azure's own clients over @azure/identity. The request itself goes nowhere. */
export function bearerPolicy(wire: Wire): Peer {
  const policy = bearerTokenAuthenticationPolicy({
    credential: identityCredential(wire),
    scopes: scope,
  })
  return {
    async get() {
      const request = createPipelineRequest({ url: `${audience}/api/offerTypes` })
      let seen = ''
      await policy.sendRequest(request, async (sent: PipelineRequest) => {
        seen = sent.headers.get('authorization') ?? ''
        return { request: sent, status: 200, headers: createHttpHeaders() }
      })
      return seen.slice('Bearer '.length)
    },
  }
}
