export { adapterContract, runCase } from './adapter-contract.ts'
export type { ContractCase } from './contract-case.ts'
export { contractCases } from './contract-cases.ts'
export { fetchClient, fetchTraits } from './fetch-client.ts'
export { readmeProgram } from './readme-program.ts'
export type {
  BodyFate,
  BodyKind,
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
