import type { QueryKind, Traits } from '../subject.ts'

type Pairs = [string, string][]

/** For cases about queries that are given apart from the URL. */
export function noQuery({ traits }: { traits: Traits }): string | false {
  return traits.queries.length === 0 && 'the client takes a query in the URL only'
}

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
