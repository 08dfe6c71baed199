import * as undici8 from 'undici'
import * as undici6 from 'undici-6'
import * as undici7 from 'undici-7'

type Undici = typeof undici8

export interface UndiciMajor {
  readonly major: number
  readonly undici: Undici
}

const majors: readonly UndiciMajor[] = [
  { major: 6, undici: undici6 as unknown as Undici },
  { major: 7, undici: undici7 as unknown as Undici },
  { major: 8, undici: undici8 },
]

/**
 * Every major that the package is for, with the types of the newest for all. undici 8 does not load in Node before 22.19;
 * there the matrix has undici 7 take its place.
 */
export const undiciMajors: readonly UndiciMajor[] = majors.filter(
  ({ major, undici }) => major === 7 || undici.Agent !== (undici7.Agent as unknown),
)
