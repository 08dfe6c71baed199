import type { HTTPMethod } from 'find-my-way'
import type { Call } from './call.ts'
import type { Head } from './head.ts'
import type { About, Reply } from './reply.ts'

/** Which of the emulated services a request is for. */
export type Side = 'authority' | 'discovery' | 'managed-identity' | 'page' | 'portal'

/** One operation of one of the emulated services. */
export interface Route {
  readonly side: Side
  readonly method: HTTPMethod | HTTPMethod[]
  /** A find-my-way pattern such as `/api/publishers/:publisherId/offers`. */
  readonly path: string
  /** Lets bodies through that are larger than the emulator keeps. */
  readonly takesAnySize?: boolean
  answer(call: Call): Reply | Promise<Reply>
  /** What the head of a request says, for the log; called before anything else. */
  recognize?(head: Head): About
  /** What the whole request says, for the log; called even if `answer` is not. */
  describe?(call: Call): About | Promise<About>
}
