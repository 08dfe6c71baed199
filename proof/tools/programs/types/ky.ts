import {
  cloudPartnerAuth,
  cloudPartnerFetch,
  cloudPartnerHooks,
  cloudPartnerPortal,
} from '@cloud-partner-auth/ky'
import ky from 'ky'

const auth = cloudPartnerAuth()
const client = ky.create({ baseUrl: cloudPartnerPortal.baseUrl }).extend(cloudPartnerHooks(auth))
ky.create({ fetch: cloudPartnerFetch(auth) })
export const name = (): Promise<string> =>
  client
    .get('x')
    .json<{ name: string }>()
    .then(({ name }) => name)
// @ts-expect-error: the hooks are made of an auth
cloudPartnerHooks({})
