import type { Finding } from '../finding.ts'

/** One chart: a bar for each category and series. */
export interface Chart {
  readonly name: string
  readonly title: string
  readonly unit: string
  readonly categories: readonly string[]
  readonly series: Readonly<Record<string, readonly (number | null)[]>>
  readonly logarithmic?: boolean
}

/** A table of measurements, the peers' best cases included. */
export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface Measured {
  readonly findings: readonly Finding[]
  readonly tables: readonly Table[]
  readonly charts?: readonly Chart[]
}

export interface Extent {
  /** Fewer samples, so that it takes seconds. */
  readonly quick: boolean
}
