export * from '@cloud-partner-auth/core'
export { cloudPartnerInterceptor } from './cloud-partner-interceptor.ts'
