/** A time with seven digits of a second, as these services write most of theirs. */
export function serviceTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '0000Z')
}
