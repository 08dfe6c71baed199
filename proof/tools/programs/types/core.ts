import {
  type Api,
  type CloudPartnerAuth,
  clientCertificate,
  clientSecret,
  cloudPartnerAuth,
  cloudPartnerPortal,
  encrypted,
  fileStore,
  isCloudPartnerAuthError,
  managedIdentity,
  staticToken,
  tokenEndpoint,
} from '@cloud-partner-auth/core'
import { authorized } from '@cloud-partner-auth/core/adapter'
import * as undici from 'undici'

const tenantId = process.env['AZURE_TENANT_ID']
const clientId = process.env['AZURE_CLIENT_ID']

// A variable that may not be set, and any fetch, without a cast.
clientSecret({ tenantId, clientId, secret: process.env['AZURE_CLIENT_SECRET'], fetch })
tokenEndpoint({
  tenantId,
  clientId,
  secret: () => process.env['AZURE_CLIENT_SECRET'],
  fetch: undici.fetch,
})
clientCertificate({ tenantId, clientId, certificate: { path: process.env['CERTIFICATE'] } })
clientCertificate({ tenantId, clientId, certificate: { pem: async () => process.env['PEM'] } })
managedIdentity({ clientId, fetch: (url, init) => fetch(url, { ...init, keepalive: true }) })
managedIdentity({ fetch: (...call: Parameters<typeof fetch>) => fetch(...call) })
encrypted(fileStore(process.env['FOLDER']), process.env['KEY'])

// @ts-expect-error: a secret is a text or a function
clientSecret({ tenantId, clientId, secret: 1 })
// @ts-expect-error: it resolves with no Response
tokenEndpoint({ tenantId, clientId, secret: '', fetch: async () => 'text' })

const baseUrl: string = cloudPartnerPortal.baseUrl
const api: Api = { ...cloudPartnerPortal, origins: [baseUrl] }
const auth: CloudPartnerAuth = cloudPartnerAuth({ credential: staticToken('x'), apis: [api] })
// @ts-expect-error: an auth has no such method, and is not any
auth.acquire()

export async function send(url: string): Promise<number> {
  try {
    const answer = await authorized(auth, {
      url,
      method: 'GET',
      signal: undefined,
      authorizationSet: false,
      send: ({ url, authorization }) =>
        fetch(url, { headers: authorization ? { authorization } : {} }),
      answer: ({ status, url }) => ({ status, url, challenge: undefined, replayable: true }),
      discard: response => void response.body?.cancel(),
    })
    // @ts-expect-error: it is what send() resolves with, and not any
    answer.data
    return answer.status
  } catch (error) {
    if (isCloudPartnerAuthError(error)) return error.aadsts ?? 0
    throw error
  }
}
