export { type Fetch, fetchExchange } from './fetch-exchange.ts'
export { heldBody, isReplayable } from './replayable-body.ts'
