import { lazy } from '../lazy.ts'
import type { StoredTokenSourceOptions } from './stored-token-source.ts'
import type { TokenSource } from './token-source.ts'

/** A token source. What acquires tokens and keeps them current is loaded for the first request that needs one. */
export function lazyTokenSource(options: StoredTokenSourceOptions): TokenSource {
  const { load } = lazy(async () => {
    const { storedTokenSource } = await import('../first-token.ts')
    // From now on it is the loaded one: whoever goes through thousands of sources waits for each place in memory.
    return Object.assign(source, await storedTokenSource(options))
  })
  const source: TokenSource = {
    get: request => load().then(({ get }) => get(request)),
    renew: (refused, request) => load().then(({ renew }) => renew(refused, request)),
  }
  return source
}
