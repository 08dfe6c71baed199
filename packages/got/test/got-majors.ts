import got, { type Got } from 'got'
import got11 from 'got-11'
import got12 from 'got-12'
import got13 from 'got-13'
import got14 from 'got-14'
import got15 from 'got-15'

export interface GotMajor {
  readonly major: number
  readonly got: Got
}

/** Every major that the package is for, with the types of the newest for all. */
export const gotMajors: readonly GotMajor[] = [
  { major: 11, got: got11.default as unknown as Got },
  { major: 12, got: got12 as unknown as Got },
  { major: 13, got: got13 as unknown as Got },
  { major: 14, got: got14 as unknown as Got },
  { major: 15, got: got15 as unknown as Got },
  { major: 16, got },
]
