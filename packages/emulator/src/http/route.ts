import type { HTTPMethod } from 'find-my-way'
import type { Refusals } from '../api/api.ts'
import type { Call } from './call.ts'
import type { Head } from './head.ts'
import type { About, Reply } from './reply.ts'
import type { Side } from './side.ts'

/** One operation of one of the emulated services. */
export interface Route {
  readonly side: Side
  readonly method: HTTPMethod | HTTPMethod[]
  /** A find-my-way pattern such as `/api/publishers/:publisherId/offers`. */
  readonly path: string
  /** Lets bodies through that are larger than the emulator keeps. */
  readonly takesAnySize?: boolean
  /** How the service says that it cannot answer. */
  readonly refusals?: Refusals
  answer(call: Call): Reply | Promise<Reply>
  /** What the head of a request says, for the log; called before anything else. */
  recognize?(head: Head): About
  /** What the whole request says, for the log; called even if `answer` is not. */
  describe?(call: Call): About | Promise<About>
}

/** A part of the origin's paths that belongs to one service. */
export interface Area {
  /** Everything at or below these paths is the service's, in any letter case. */
  readonly paths: readonly string[]
  readonly routes: readonly Route[]
  /** Answers what is below the paths and has no route. */
  readonly fallback: Route
}
