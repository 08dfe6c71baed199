import {
  cloudPartnerAuth,
  cloudPartnerFactory,
  cloudPartnerInterceptor,
} from '@cloud-partner-auth/undici'
import { Agent, request } from 'undici'

const auth = cloudPartnerAuth()
const dispatcher = new Agent({ factory: cloudPartnerFactory(auth) })
new Agent().compose(cloudPartnerInterceptor(auth))
export const status = (): Promise<number> =>
  request('https://cloudpartner.azure.com', { dispatcher }).then(({ statusCode }) => statusCode)
// @ts-expect-error: it is made of an auth
cloudPartnerFactory({})
