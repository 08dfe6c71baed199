import { cloudPartnerHooks } from '@cloud-partner-auth/got'
import client from 'client-itself'
import { plugged, suiteAuth } from './auth.ts'

export * from 'client-itself'

const hooks =
  plugged === 'nothing' ? { hooks: { beforeRequest: [() => {}] } } : cloudPartnerHooks(suiteAuth())
export default client.extend(hooks)
