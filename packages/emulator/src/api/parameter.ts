/** The value of a query parameter, whose name these services read in any letter case. */
export function parameter(query: URLSearchParams, name: string): string | undefined {
  const wanted = name.toLowerCase()
  for (const [given, value] of query) if (given.toLowerCase() === wanted) return value
  return undefined
}
