import type { TakenFault } from '../faults/faults.ts'
import type { Head } from './head.ts'
import type { ReceivedBody } from './received-body.ts'

/** One whole request as the emulated services see it. */
export interface Call extends Head {
  readonly params: Readonly<Record<string, string>>
  readonly body: ReceivedBody
  /** The emulated time at which this request is judged. */
  readonly now: number
  /** The origin that the request arrived at. */
  readonly origin: string
  /** The methods that the path supports, when the requested one is not among them. */
  readonly allowed: readonly string[]
  /** The fault that applies to it. */
  readonly fault?: TakenFault
}
