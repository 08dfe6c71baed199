import { check } from '../check.ts'
import type { Credential } from '../credential/credential.ts'
import type { TokenStore } from './token-store.ts'

/**
 * Checks that `store` can share the tokens of `credential`. Throws a TypeError for a store that might lay tokens open, and
 * for a credential without an identity.
 */
export function checkStore(store: TokenStore, { identity }: Credential): void {
  check(
    typeof store?.get === 'function' && typeof store.set === 'function',
    'store must be made by redisStore(), fileStore() or have get() and set() of its own',
  )
  check(
    store.encrypted === true || store.unencrypted === true,
    'store would hold tokens in clear: wrap it, encrypted(store, keys), or let it say unencrypted: true',
  )
  check(
    identity,
    'store: the credential has no identity, so nobody knows whose token it is: ' +
      'managedIdentity() needs clientId, and tokenCredential() or one of your own identity',
  )
}
