export type { Answer } from './api/api.ts'
export type { Covering } from './api/coverage.ts'
export { check, optionsOf, shown } from './check.ts'
export type { CloudPartnerAuth } from './cloud-partner-auth.ts'
export { type AuthOption, authFor } from './exchange/auth-for.ts'
export { conceal, concealRequest, isConcealed, veil } from './exchange/conceal.ts'
export {
  type Attempt,
  attempt,
  authorized,
  type Exchange,
  type RequestFacts,
} from './exchange/exchange.ts'
export { proxyReadsToken, refuseProxies } from './exchange/refuse-proxies.ts'
export type { TokenSource } from './token/token-source.ts'
