import type { AcquireRequest, Credential } from '../credential/credential.ts'
import type { AccessToken } from '../token/access-token.ts'
import type { Observe } from '../token/token-event.ts'
import type { TokenStore } from './token-store.ts'

/**
 * The credential, with a store before it: whoever has acquired a token leaves it there for the other processes.
 *
 * All that reads and writes is loaded with the first acquisition, so that an auth without a store does not carry it.
 * Throws a TypeError for a credential without an identity, and for a store that might lay tokens open.
 */
export function throughStore(
  credential: Credential,
  { store, observe }: { readonly store: TokenStore; readonly observe: Observe },
): Credential {
  checkStore(store)
  const { identity } = credential
  if (!identity) {
    throw new TypeError(
      'store: the credential has no identity, so it cannot be told whose token it is. ' +
        'Name the user-assigned managed identity, pass tokenCredential(…, { identity }), or give a credential of your own one.',
    )
  }
  let acquireShared: Promise<(request: AcquireRequest) => Promise<AccessToken>> | undefined
  return {
    identity,
    get expiresAt() {
      return credential.expiresAt
    },
    ...(credential.changed && { changed: async () => (await credential.changed?.()) ?? false }),
    async acquire(request) {
      acquireShared ??= import('./shared-acquisition.ts').then(({ sharedAcquisition }) =>
        sharedAcquisition({ credential, identity, store, observe }),
      )
      const acquire = await acquireShared.catch(() => {
        acquireShared = undefined // its file is gone, as when an application is replaced under a running process
        return (request: AcquireRequest) => credential.acquire(request)
      })
      return acquire(request)
    },
  }
}

function checkStore(store: TokenStore): void {
  if (typeof store?.get !== 'function' || typeof store.set !== 'function') {
    throw new TypeError(
      'store must be made by redisStore(), fileStore() or have get() and set() of its own',
    )
  }
  if (store.encrypted !== true && store.unencrypted !== true) {
    throw new TypeError(
      'store would hold tokens in clear: wrap it, encrypted(store, keys), or let it say unencrypted: true',
    )
  }
}
