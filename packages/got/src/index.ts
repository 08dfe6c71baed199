export * from '@cloud-partner-auth/core'
export { type CloudPartnerHooks, cloudPartnerHooks } from './cloud-partner-hooks.ts'
