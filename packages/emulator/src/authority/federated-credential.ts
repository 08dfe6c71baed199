import type { JSONWebKeySet } from 'jose'
import type { FederatedCredentialSeed } from '../seed/seed.ts'

/** Whose tokens an app accepts as its own credential. Compared case-sensitively, as Entra does. */
export interface FederatedCredential {
  readonly issuer: string
  readonly subject: string
  readonly audience: string
  /** The issuer's keys; without them the emulator's own identity provider speaks for the issuer. */
  readonly jwks?: JSONWebKeySet
}

/** The audience that tokens of other issuers are made for unless said otherwise. */
export const exchangeAudience = 'api://AzureADTokenExchange'

/** Fills in the usual audience. */
export function federatedCredential(seed: FederatedCredentialSeed): FederatedCredential {
  return { audience: exchangeAudience, ...seed }
}
