import * as undici8 from 'undici'
import * as undici6 from 'undici-6'
import * as undici7 from 'undici-7'

type Undici = typeof undici8

export interface UndiciMajor {
  readonly major: number
  readonly undici: Undici
}

/** Every major that the package is for, with the types of the newest for all. */
export const undiciMajors: readonly UndiciMajor[] = [
  { major: 6, undici: undici6 as unknown as Undici },
  { major: 7, undici: undici7 as unknown as Undici },
  { major: 8, undici: undici8 },
]
