import { createRequire } from 'node:module'
import { adapterContract, fetchClient, fetchTraits } from '@cloud-partner-auth/contract'
import { cloudPartnerFetch } from '../src/index.ts'

adapterContract({
  name: 'fetch',
  adapter: cloudPartnerFetch,
  commonjs: createRequire(import.meta.url)('@cloud-partner-auth/fetch').cloudPartnerFetch,
  create: send => fetchClient(send ?? fetch),
  traits: { ...fetchTraits, streams: 'resent' },
})
