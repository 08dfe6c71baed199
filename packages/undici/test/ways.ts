import type { CloudPartnerAuth } from '@cloud-partner-auth/core'
import type { Dispatcher } from 'undici'
import { cloudPartnerFactory, cloudPartnerInterceptor } from '../src/index.ts'
import type { UndiciMajor } from './undici-majors.ts'

/** The two ways to give an Agent's requests a token. */
export const ways = ['factory', 'interceptor'] as const

/** An Agent of one connection for each server, unless the options say otherwise. */
export function agent(
  { undici }: UndiciMajor,
  way: (typeof ways)[number],
  auth: CloudPartnerAuth,
  options = { connections: 1 },
): Dispatcher {
  if (way === 'interceptor') return new undici.Agent(options).compose(cloudPartnerInterceptor(auth))
  return new undici.Agent({ ...options, factory: cloudPartnerFactory(auth, { Pool: undici.Pool }) })
}
