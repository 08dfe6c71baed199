import { check, member, shown } from '../check.ts'
import type { Credential } from '../credential/credential.ts'
import type { TokenStore } from './token-store.ts'

export const noIdentity: string =
  'store: the credential has no identity, so nobody knows whose token it is: ' +
  'managedIdentity() needs clientId, tokenCredential() and one of your own need identity, and staticToken() takes no store'

/**
 * Checks that `store` can share the tokens of `credential`. Throws a TypeError for a store that might lay tokens open, and
 * for a credential without an identity.
 */
export function checkStore(store: TokenStore, credential: Credential): void {
  checkShape(store, 'store')
  check(
    member(store, 'encrypted') === true || member(store, 'unencrypted') === true,
    'store would hold tokens in clear: wrap it, encrypted(store, keys), or let it say unencrypted: true',
  )
  // One that depends on the environment is not asked who it is yet: that fails when a token is first needed.
  const isLookedUp = credential.inEnvironment !== undefined && 'identity' in credential
  check(isLookedUp || member(credential, 'identity'), noIdentity)
}

/** Throws a TypeError that begins with `at` for what is no store, such as the client of one. */
export function checkShape(store: TokenStore, at: string): void {
  check(typeof store !== 'function', `${at} is ${shown(store)}: call it, and pass what it returns`)
  const isObject = typeof store === 'object' && store !== null
  const has = (name: string) =>
    isObject && typeof member(store as unknown as Record<string, unknown>, name) === 'function'
  // Clients of Redis have get() and set() too, which take and return something else.
  check(
    !['sendCommand', 'eval', 'pipeline'].some(has),
    `${at} is a client and no store: make a store of it, redisStore(client) of @cloud-partner-auth/redis`,
  )
  check(
    has('get') && has('set') && !(store instanceof Map),
    `${at} must be made by redisStore() or fileStore(), or be a TokenStore of your own, and not ${shown(store)}`,
  )
}
