import { lazy } from '../lazy.ts'
import type { StoredTokenSourceOptions } from './stored-token-source.ts'
import type { TokenSource } from './token-source.ts'

/** A token source. What acquires tokens and keeps them current is loaded for the first request that needs one. */
export function lazyTokenSource(options: StoredTokenSourceOptions): TokenSource {
  const { load } = lazy(async () => {
    source = await (await import('../first-token.ts')).storedTokenSource(options)
    return source
  })
  // At hand without a detour: whoever goes through thousands of sources waits for each place in memory.
  let source: TokenSource | undefined
  return {
    get: request => (source ? source.get(request) : load().then(({ get }) => get(request))),
    renew: async (refused, request) => (await load()).renew(refused, request),
  }
}
