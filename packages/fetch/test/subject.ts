import { createRequire } from 'node:module'
import type { Subject } from '@cloud-partner-auth/contract'
import { fetchClient, fetchTraits } from '@cloud-partner-auth/contract/fetch-client'
import { cloudPartnerFetch } from '../src/index.ts'

export const subject: Subject<typeof fetch> = {
  name: 'fetch',
  adapter: cloudPartnerFetch,
  commonjs: createRequire(import.meta.url)('@cloud-partner-auth/fetch').cloudPartnerFetch,
  create: send => fetchClient(send ?? fetch),
  byHand:
    ({ origin, token, version }) =>
    (input, init = {}) => {
      if (input instanceof Request) return fetch(input, init)
      const target = new URL(input)
      if (target.origin !== origin) return fetch(input, init)
      target.searchParams.set('api-version', version)
      const headers = new Headers(init.headers)
      headers.set('authorization', `Bearer ${token}`)
      return fetch(target, { ...init, headers })
    },
  traits: { ...fetchTraits, streams: 'resent' },
}
