import { adapterContract, fetchClient, fetchTraits } from '@cloud-partner-auth/contract'
import type { CloudPartnerAuth } from '@cloud-partner-auth/core'
import { cloudPartnerFetch } from '@cloud-partner-auth/fetch'
import { fetch } from 'undici'

const undiciFetch = fetch as unknown as typeof globalThis.fetch // two declarations of the same types

adapterContract({
  name: "undici's fetch",
  adapter: (auth: CloudPartnerAuth) => cloudPartnerFetch(auth, { fetch: undiciFetch }),
  create: send => fetchClient(send ?? undiciFetch),
  traits: fetchTraits,
})
