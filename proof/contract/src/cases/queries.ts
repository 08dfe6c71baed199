import type { QueryKind, Traits } from '../subject.ts'

type Pairs = [string, string][]

/** Why a case about a query that is given apart from the URL does not apply; `undefined` where it does. */
export function noQuery({ traits }: { traits: Traits }): string | false {
  return traits.queries.length === 0 && 'the client takes a query in the URL only'
}

/** The same query in each form that clients take. */
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
