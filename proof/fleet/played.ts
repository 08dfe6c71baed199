import type { Figures } from './stage.ts'

/** One scenario: with fleets of several sizes that share a store, and with one in which each process is on its own. */
export interface Played {
  readonly name: string
  readonly shared: readonly Figures[]
  readonly alone: Figures
}

/** The same scenario with as many real processes and simulated ones. */
export interface PlayedTwice {
  readonly name: string
  readonly real: Figures
  readonly simulated: Figures
}
