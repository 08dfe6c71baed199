export type { Auth, Covering } from './cloud-partner-auth.ts'
export {
  type Answer,
  type Attempt,
  attempt,
  authorized,
  type Exchange,
  type RequestFacts,
} from './exchange/exchange.ts'
export type { TokenSource } from './token/token-source.ts'
