import { cloudPartnerAuth, cloudPartnerFetch, tokenEndpoint } from '@cloud-partner-auth/fetch'
import { cloudPartnerHooks } from '@cloud-partner-auth/ky'

export const auth = (tenantId, clientId, secret) =>
  cloudPartnerAuth({ credential: tokenEndpoint({ tenantId, clientId, secret }) })
export const send = auth => cloudPartnerFetch(auth)
export const hooks = auth => cloudPartnerHooks(auth)
