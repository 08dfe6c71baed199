import { cloudPartnerAuth, cloudPartnerFetch, cloudPartnerPortal } from '@cloud-partner-auth/fetch'

export async function listOfferTypes(auth = cloudPartnerAuth()) {
  // The one line: a fetch that carries the token and the version.
  const fetch = cloudPartnerFetch(auth)

  // The request, as an app sends it today.
  const origin = cloudPartnerPortal.baseUrl
  const response = await fetch(`${origin}/api/offerTypes`, {
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(30_000),
  })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return response.json()
}

// node main.js, with AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET set
if (process.argv[1] === import.meta.filename) console.log(await listOfferTypes())
