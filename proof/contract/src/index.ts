export { adapterContract, runCase } from './adapter-contract.ts'
export type { ContractCase } from './contract-case.ts'
export { contractCases } from './contract-cases.ts'
export { fetchClient, fetchTraits } from './fetch-client.ts'
export { readmeProgram } from './readme-program.ts'
export { localhostCertificate } from './server/localhost-certificate.ts'
export { longEnough } from './server/long-enough.ts'
export { type Loopback, loopback, ok, type Received } from './server/loopback.ts'
export { type Portal, startPortal } from './server/portal.ts'
export { type ReadingProxy, readingProxy } from './server/reading-proxy.ts'
export { authFor, type Tokens, taking, tirelessAuth, tokens } from './server/tokens.ts'
export type {
  BodyFate,
  BodyKind,
  ByHand,
  Client,
  ClientOptions,
  Core,
  Delivered,
  QueryKind,
  Sending,
  Streamed,
  Subject,
  Traits,
  UserCode,
} from './subject.ts'
