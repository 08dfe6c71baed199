import { cloudPartnerHooks } from '@cloud-partner-auth/ky'
import client from 'client-itself'
import { plugged, suiteAuth } from './auth.ts'

export * from 'client-itself'

const hooks =
  plugged === 'nothing' ? { hooks: { init: [() => {}] } } : cloudPartnerHooks(suiteAuth())
// What `create()` makes has nothing of the instance it is called on.
const create = (options?: object) => client.create(options).extend(hooks)
export default Object.assign(client.extend(hooks), { create })
