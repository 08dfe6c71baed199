export * from '@cloud-partner-auth/core'
export {
  type CloudPartnerFactory,
  type CloudPartnerFactoryOptions,
  cloudPartnerFactory,
} from './cloud-partner-factory.ts'
export {
  type CloudPartnerInterceptor,
  type CloudPartnerInterceptorOptions,
  cloudPartnerInterceptor,
} from './cloud-partner-interceptor.ts'
