export * from '@cloud-partner-auth/core'
export {
  type CloudPartnerInterceptor,
  type CloudPartnerInterceptorOptions,
  cloudPartnerInterceptor,
} from './cloud-partner-interceptor.ts'
