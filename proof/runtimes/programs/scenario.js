// The program for every runtime: a first token, the version, a shared token, a renewal and a URL that is not covered.
import {
  cloudPartnerAuth,
  cloudPartnerFetch,
  cloudPartnerPortal,
  tokenEndpoint,
} from '@cloud-partner-auth/fetch'
import { cloudPartnerHooks } from '@cloud-partner-auth/ky'
import ky from 'ky'

export async function scenario({ origin, foreign, tenantId, clientId, secret }) {
  const auth = cloudPartnerAuth({
    credential: tokenEndpoint({ tenantId, clientId, secret, authorityHost: origin }),
    apis: [{ ...cloudPartnerPortal, origins: [origin] }],
  })
  const send = cloudPartnerFetch(auth)
  const client = ky.extend(cloudPartnerHooks(auth))
  const url = `${origin}/api/offerTypes`
  const answers = [
    await send(url),
    await client.get(url),
    await client.get(url),
    await send(foreign),
  ]
  return Promise.all(answers.map(async answer => [answer.status, (await answer.text()).length > 0]))
}
