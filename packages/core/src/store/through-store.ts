import type { Credential } from '../credential/credential.ts'
import type { Observe } from '../token/token-event.ts'
import { sharedAcquisition } from './shared-acquisition.ts'
import type { TokenStore } from './token-store.ts'

/**
 * A credential that has an identity, with a store before it: whoever has acquired a token leaves it there for the other
 * processes.
 */
export function throughStore(
  credential: Credential,
  { store, observe }: { readonly store: TokenStore; readonly observe: Observe },
): Credential {
  const { acquire, changed } = sharedAcquisition({ credential, store, observe })
  return {
    get identity() {
      return credential.identity
    },
    get expiresAt() {
      return credential.expiresAt
    },
    ...(credential.changed && { changed }),
    acquire,
  }
}
