import type { QueryKind } from '../subject.ts'

type Pairs = [string, string][]

/** The same query in the ways clients take it. */
export function asQuery(kind: QueryKind, pairs: Pairs): unknown {
  switch (kind) {
    case 'object':
      return Object.fromEntries(pairs)
    case 'pairs':
      return pairs
    case 'URLSearchParams':
      return new URLSearchParams(pairs)
    case 'string':
      return new URLSearchParams(pairs).toString()
  }
}
