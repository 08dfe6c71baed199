import type { Stage } from './stage/stage.ts'
import type { Traits } from './subject.ts'

/** One promise of an adapter, as a sentence, with the play that shows whether it is kept. */
export interface ContractCase {
  readonly title: string
  /** Why there is nothing to promise for a client: what it declares that it has not. */
  readonly lacking?: (subject: { traits: Traits; commonjs?: unknown }) => string | false
  run(stage: Stage): Promise<void>
}
