import { type JSONWebKeySet, SignJWT } from 'jose'
import * as v from 'valibot'
import { checked } from '../seed/checked.ts'
import { strictObject } from '../seed/strict-object.ts'
import { exchangeAudience } from './federated-credential.ts'
import { lazySigningKey } from './signing-key.ts'

/** An issuer of the tokens that federated credentials trust, such as a CI service. */
export interface IdentityProvider {
  token(request: FederatedTokenRequest): Promise<string>
  keys(): Promise<JSONWebKeySet>
}

/** What a token of the emulator's identity provider says. */
export interface FederatedTokenRequest {
  readonly issuer: string
  readonly subject: string
  /** Default `api://AzureADTokenExchange`. */
  readonly audience?: string
  /** Milliseconds; default five minutes. */
  readonly lifetime?: number
}

const federatedTokenRequest = strictObject({
  issuer: v.string(),
  subject: v.string(),
  audience: v.optional(v.string()),
  lifetime: v.optional(v.number()),
})

/** An identity provider that speaks for any issuer, with one key of its own. */
export function identityProvider(now: () => number): IdentityProvider {
  const signingKey = lazySigningKey()
  return {
    async token(request) {
      const { issuer, subject, ...others } = checked(federatedTokenRequest, request, 'The request')
      const { audience = exchangeAudience, lifetime = 5 * 60_000 } = others
      const { id, privateKey } = await signingKey()
      return new SignJWT()
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: id })
        .setIssuer(issuer)
        .setSubject(subject)
        .setAudience(audience)
        .setIssuedAt(Math.floor(now() / 1000))
        .setExpirationTime(Math.floor((now() + lifetime) / 1000))
        .sign(privateKey)
    },
    keys: async () => ({ keys: [(await signingKey()).publicJwk] }),
  }
}
