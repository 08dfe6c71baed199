import { cloudPartnerHooks } from '@cloud-partner-auth/got'
import client from 'client-itself'
import { plugged, suiteAuth } from './auth.ts'

export * from 'client-itself'

// With the kinds of hooks that the plugin gives to each request.
const idle = { beforeRequest: [() => {}], beforeRedirect: [() => {}], beforeError: [same] }
const hooks = plugged === 'nothing' ? { hooks: idle } : cloudPartnerHooks(suiteAuth())
export default client.extend(hooks)

function same(error: Error): Error {
  return error
}
