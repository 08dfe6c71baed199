import { check, member, shown } from '../check.ts'
import type { Credential } from '../credential/credential.ts'
import type { TokenStore } from './token-store.ts'

export const noIdentity: string =
  'store: the credential has no identity, so nobody knows whose token it is: ' +
  'managedIdentity() needs clientId, and tokenCredential() or one of your own identity'

/**
 * Checks that `store` can share the tokens of `credential`. Throws a TypeError for a store that might lay tokens open, and
 * for a credential without an identity.
 */
export function checkStore(store: TokenStore, credential: Credential): void {
  check(
    typeof store === 'object' &&
      store !== null &&
      typeof member(store, 'get') === 'function' &&
      typeof member(store, 'set') === 'function',
    `store must be made by redisStore(), fileStore() or have get() and set() of its own, and not be ${shown(store)}`,
  )
  check(
    member(store, 'encrypted') === true || member(store, 'unencrypted') === true,
    'store would hold tokens in clear: wrap it, encrypted(store, keys), or let it say unencrypted: true',
  )
  // What is looked up in the environment is not asked yet: it fails when a token is first needed.
  const isLookedUp = !!Object.getOwnPropertyDescriptor(credential, 'identity')?.get
  check(isLookedUp || member(credential, 'identity'), noIdentity)
}
