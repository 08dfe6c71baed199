import { cloudPartnerAuth, cloudPartnerHooks, cloudPartnerPortal } from '@cloud-partner-auth/got'
import got from 'got-11'

const auth = cloudPartnerAuth()
const client = got.extend({ prefixUrl: cloudPartnerPortal.baseUrl }).extend(cloudPartnerHooks(auth))
export const name = (): Promise<string> =>
  client
    .get('x')
    .json<{ name: string }>()
    .then(({ name }) => name)
// @ts-expect-error: the hooks are made of an auth
cloudPartnerHooks({})
