import { lazy } from '../lazy.ts'
import type { StoredTokenSourceOptions } from './stored-token-source.ts'
import type { TokenSource } from './token-source.ts'

/** A token source. What acquires tokens and keeps them current is loaded for the first request that needs one. */
export function lazyTokenSource(options: StoredTokenSourceOptions): TokenSource {
  const source = lazy(async () => (await import('../first-token.ts')).storedTokenSource(options))
  return {
    get: request => source.loaded?.get(request) ?? source.load().then(({ get }) => get(request)),
    renew: async (refused, request) => (await source.load()).renew(refused, request),
  }
}
