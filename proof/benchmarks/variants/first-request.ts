// Sends one authorized request and prints the milliseconds from the first import to the end of the answer. The token
// request is answered at once and in this process. Arguments: whose token, the API's origin, the folder of a store.
import { clientId, secret, tenantId, wire } from '../peers/wire.ts'

const [whose = '', origin = '', folder = ''] = process.argv.slice(2)
const service = { tenantId, clientId, secret, fetch: wire().fetch }

const beganAt = performance.now()
const response = await (whose === 'msal-node' ? byMsal() : byCore())
await response.text()
process.stdout.write(String(performance.now() - beganAt))

async function byCore(): Promise<Response> {
  const core = await import('@cloud-partner-auth/fetch')
  const { clientSecret, cloudPartnerAuth, cloudPartnerFetch, encrypted, fileStore } = core
  const make = whose === 'clientSecret()' ? clientSecret : core.tokenEndpoint
  const auth = cloudPartnerAuth({
    credential: make(service),
    apis: [{ ...core.cloudPartnerPortal, origins: [origin] }],
    ...(folder && { store: encrypted(fileStore(folder), new Uint8Array(32)) }),
  })
  return cloudPartnerFetch(auth)(`${origin}/api/offerTypes`)
}

async function byMsal(): Promise<Response> {
  const { ConfidentialClientApplication } = await import('@azure/msal-node')
  const authority = `https://login.microsoftonline.com/${tenantId}`
  const application = new ConfidentialClientApplication({
    auth: { clientId, clientSecret: secret, authority },
    system: { networkClient: wire().networkClient },
  })
  const scopes = ['https://cloudpartner.azure.com/.default']
  const token = await application.acquireTokenByClientCredential({ scopes })
  const headers = { authorization: `Bearer ${token?.accessToken}` }
  return fetch(`${origin}/api/offerTypes?api-version=2016-08-01-preview`, { headers })
}
