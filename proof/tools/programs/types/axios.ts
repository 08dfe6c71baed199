import {
  type CloudPartnerAuth,
  cloudPartnerAuth,
  cloudPartnerInterceptor,
} from '@cloud-partner-auth/axios'
import axios from 'axios'

const auth: CloudPartnerAuth = cloudPartnerAuth()
const client = axios.create()
const id: number = client.interceptors.request.use(cloudPartnerInterceptor(auth))
client.interceptors.request.eject(id)
client.interceptors.request.use(cloudPartnerInterceptor(config => (config.url ? auth : undefined)))
export const name = (): Promise<string> =>
  client.get<{ name: string }>('/').then(({ data }) => data.name)
// @ts-expect-error: the interceptor is made of an auth
cloudPartnerInterceptor({})
