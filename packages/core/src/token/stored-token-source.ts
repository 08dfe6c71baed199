import type { TokenStore } from '../store/token-store.ts'
import { type TokenSource, type TokenSourceOptions, tokenSource } from './token-source.ts'

export interface StoredTokenSourceOptions extends TokenSourceOptions {
  readonly store: TokenStore | undefined
}

/** A token source that shares its tokens through a store, if there is one. */
export async function storedTokenSource(options: StoredTokenSourceOptions): Promise<TokenSource> {
  const { store, credential, observe } = options
  if (!store) return tokenSource(options)
  const { throughStore } = await import('../store/through-store.ts')
  return tokenSource({ ...options, credential: throughStore(credential, { store, observe }) })
}
