import type { Dispatcher as Dispatcher8 } from 'undici'
import type { Dispatcher as Dispatcher6 } from 'undici-6'
import type { Dispatcher as Dispatcher7 } from 'undici-7'
import { expectTypeOf, it } from 'vitest'
import type { CloudPartnerInterceptor } from '../src/index.ts'

it('is an interceptor by the types of each major', () => {
  expectTypeOf<CloudPartnerInterceptor>().toExtend<Dispatcher6.DispatcherComposeInterceptor>()
  expectTypeOf<CloudPartnerInterceptor>().toExtend<Dispatcher7.DispatcherComposeInterceptor>()
  expectTypeOf<CloudPartnerInterceptor>().toExtend<Dispatcher8.DispatcherComposeInterceptor>()
})
