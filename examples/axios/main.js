import {
  cloudPartnerAuth,
  cloudPartnerInterceptor,
  cloudPartnerPortal,
} from '@cloud-partner-auth/axios'
import axios from 'axios'

export async function listOfferTypes(auth = cloudPartnerAuth()) {
  // The client, as an app has it today.
  const portal = axios.create({
    baseURL: cloudPartnerPortal.baseUrl,
    headers: { Accept: 'application/json' },
    timeout: 30_000,
  })

  // The one line.
  portal.interceptors.request.use(cloudPartnerInterceptor(auth))

  const response = await portal.get('/api/offerTypes')
  return response.data
}

// node main.js, with AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET set
if (process.argv[1] === import.meta.filename) console.log(await listOfferTypes())
