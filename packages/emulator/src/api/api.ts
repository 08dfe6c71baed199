import type { Call } from '../http/call.ts'
import type { Reply } from '../http/reply.ts'
import type { AnswerTable } from './answer.ts'
import type { ApiName } from './api-name.ts'
import type { Operation } from './operation.ts'

/** One emulated API: what it wants of a request, what it can do, and how it refuses. */
export interface Api<State> {
  readonly name: ApiName
  /** As the table of answers calls it. */
  readonly title: string
  /** The audiences of the tokens that it takes; the first one is the documented one. */
  readonly audiences: readonly string[]
  /** Everything at or below these paths is for this API, whether it has an operation there or not. */
  readonly paths: readonly string[]
  readonly operations: readonly Operation<State>[]
  /** What it says to any request, besides the answers of its operations. */
  readonly answers: AnswerTable
  readonly refusals: Refusals
  /** The query parameter that names the version; an API without one has it in its path. */
  readonly versionParameter?: string
  /** The answer to a request whose version it does not have; nothing when it has it. */
  refuseVersion?(version: string | undefined, call: Call): Reply | undefined
  /** The answer to an app that has no role in the account; nothing when it has one. */
  refuseApp?(state: State, clientId: string): Reply | undefined
  /** Headers of every answer. */
  headers?(call: Call): Readonly<Record<string, string>>
}

/** How an API refuses, in its own form. */
export interface Refusals {
  /** The token is missing or does not hold. `reason` is for people. */
  unauthorized(reason: string, origin: string): Reply
  /** There is no such operation. */
  unknown(call: Call): Reply
  /** A failure of the service, a throttled request among them. */
  failed(failure: Failure): Reply
}

/** A failure that has nothing to do with what was asked. */
export interface Failure {
  readonly status: number
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}
