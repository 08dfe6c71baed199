import { cloudPartnerInterceptor } from '@cloud-partner-auth/axios'
import client from 'client-itself'
import { plugged, suiteAuth } from './auth.ts'

export * from 'client-itself'

const interceptor =
  plugged === 'nothing' ? (config: object) => config : cloudPartnerInterceptor(suiteAuth())

function withPlugin(instance: typeof client): typeof client {
  instance.interceptors.request.use(interceptor)
  return instance
}

const create = client.create
// What `create()` makes has the defaults of the instance it is called on, and no interceptors.
export default Object.assign(withPlugin(client), {
  create: (options?: object) => withPlugin(create(options)),
})
