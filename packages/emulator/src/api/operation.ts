import type { HTTPMethod } from 'find-my-way'
import type { Call } from '../http/call.ts'
import type { Reply } from '../http/reply.ts'
import type { StableIds } from '../stable-ids.ts'
import type { AnswerTable } from './answer.ts'

/** A request that has passed what stands before every operation. */
export interface ApiCall<State> extends Call {
  readonly state: State
  /** The app that the token was issued to. */
  readonly clientId: string
  /** The tenant that issued it. */
  readonly tenantId: string
  /** The origin that has everything that is no API, such as the authority. */
  readonly authorityOrigin: string
  /** Makes ids for what the operation creates. */
  readonly newId: StableIds
}

/** One operation of an API. */
export interface Operation<State> {
  readonly method: HTTPMethod | HTTPMethod[]
  /** A find-my-way pattern such as `/api/publishers/:publisherId/offers`. */
  readonly path: string
  /** Everything that it answers; `answer` gives no other. */
  readonly answers: AnswerTable
  /** Lets bodies through that are larger than the emulator keeps. */
  readonly takesAnySize?: boolean
  answer(call: ApiCall<State>): Reply | Promise<Reply>
}
