import { cloudPartnerAuth, cloudPartnerHooks, cloudPartnerPortal } from '@cloud-partner-auth/got'
import got from 'got'

export async function listOfferTypes(auth = cloudPartnerAuth()) {
  // The client, as an app has it today.
  const client = got.extend({
    prefixUrl: cloudPartnerPortal.baseUrl,
    headers: { accept: 'application/json' },
    timeout: { request: 30_000 },
  })

  // The one line.
  const portal = client.extend(cloudPartnerHooks(auth))

  return portal.get('api/offerTypes').json()
}

// node main.js, with AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET set
if (process.argv[1] === import.meta.filename) console.log(await listOfferTypes())
