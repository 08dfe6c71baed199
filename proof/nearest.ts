/** The name with the smallest edit distance from `text`. */
export function nearest(text: string, names: readonly string[]): string | undefined {
  return names.toSorted((one, other) => distance(text, one) - distance(text, other))[0]
}

function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, character] of [...one].entries()) {
    const next = [index + 1]
    for (let at = 1; at < row.length; at++)
      next[at] = Math.min(
        (row[at] ?? 0) + 1,
        (next[at - 1] ?? 0) + 1,
        (row[at - 1] ?? 0) + (other[at - 1] === character ? 0 : 1),
      )
    row = next
  }
  return row.at(-1) ?? 0
}
