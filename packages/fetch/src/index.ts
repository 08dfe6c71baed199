export * from '@cloud-partner-auth/core'
export { type CloudPartnerFetchOptions, cloudPartnerFetch } from './cloud-partner-fetch.ts'
