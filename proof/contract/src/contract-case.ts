import type { Stage } from './stage/stage.ts'
import type { Traits } from './subject.ts'

/** One promise of an adapter: a sentence, and the code that checks whether the adapter keeps it. */
export interface ContractCase {
  readonly title: string
  /** Why the case does not apply to a subject, judged by its traits; `undefined` where it applies. */
  readonly lacking?: (subject: { traits: Traits; commonjs?: unknown }) => string | false
  run(stage: Stage): Promise<void>
}
