import type { ApiRequest, OtherRequest } from './api-request.ts'
import type { DiscoveryRequest } from './discovery-request.ts'
import type { TokenRequest } from './token-request.ts'

/** One end of a request's stay: it arrived, or its connection is done with it, answered or not. */
export type TrafficEvent = { readonly phase: 'arrived' | 'ended' } & (
  | { readonly type: 'request'; readonly entry: ApiRequest }
  | { readonly type: 'other-request'; readonly entry: OtherRequest }
  | { readonly type: 'token-request'; readonly entry: TokenRequest }
  | { readonly type: 'discovery-request'; readonly entry: DiscoveryRequest }
)
