import type { TokenSeed } from '../seed/seed.ts'
import type { Directory } from './directory.ts'
import type { IdentityProvider } from './identity-provider.ts'
import type { SigningKey } from './signing-key.ts'
import type { TokenDesk } from './token-desk.ts'

/** What the emulated Entra consists of. */
export interface Authority {
  readonly directory: Directory
  readonly hand: TokenDesk
  readonly signingKey: () => Promise<SigningKey>
  /** Whose tokens its federated credentials trust. */
  readonly identityProvider: IdentityProvider
  /** Whether the tenants have a service principal for a resource. */
  readonly knows: (resource: string) => boolean
  readonly tokens: TokenSeed
  readonly origin: () => string
}
