import type { Stage } from './stage/stage.ts'

/** One promise of an adapter, as a sentence, with the play that shows whether it is kept. */
export interface ContractCase {
  readonly title: string
  run(stage: Stage): Promise<void>
}
