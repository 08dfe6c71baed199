import {
  cloudPartnerAuth,
  cloudPartnerFactory,
  cloudPartnerPortal,
} from '@cloud-partner-auth/undici'
import { Agent, request } from 'undici'

export async function listOfferTypes(auth = cloudPartnerAuth()) {
  // The one line: an Agent whose pools add the token and the version.
  const dispatcher = new Agent({ factory: cloudPartnerFactory(auth) })

  // The request, as an app sends it today.
  const { statusCode, body } = await request(`${cloudPartnerPortal.baseUrl}/api/offerTypes`, {
    dispatcher,
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(30_000),
  })
  if (statusCode !== 200) throw new Error(`${statusCode} ${await body.text()}`)
  return body.json()
}

// node main.js, with AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET set
if (process.argv[1] === import.meta.filename) console.log(await listOfferTypes())
