/** Names and values in turn, out of any of the shapes that undici takes; some of them can be read only once. */
export function flatHeaders(headers: unknown): readonly unknown[] {
  if (typeof headers !== 'object' || headers === null) return []
  if (Array.isArray(headers) && !Array.isArray(headers[0])) return headers
  const pairs = Symbol.iterator in headers ? headers : Object.entries(headers)
  return [...(pairs as Iterable<readonly [string, unknown]>)].flatMap(([name, value]) => [
    name,
    value,
  ])
}

export function authorizationSet(headers: readonly unknown[]): boolean {
  return headers.some((name, at) => at % 2 === 0 && String(name).toLowerCase() === 'authorization')
}
