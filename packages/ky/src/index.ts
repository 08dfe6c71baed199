export * from '@cloud-partner-auth/core'
export { type CloudPartnerFetchOptions, cloudPartnerFetch } from '@cloud-partner-auth/fetch'
export { type CloudPartnerHooks, cloudPartnerHooks } from './cloud-partner-hooks.ts'
