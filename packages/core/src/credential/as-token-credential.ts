import type { Api } from '../api/api.ts'
import type { AccessToken } from '../token/access-token.ts'
import type { TokenSource } from '../token/token-source.ts'
import type { TokenCredential } from './token-credential.ts'

interface GetTokenOptions {
  readonly abortSignal?: AbortSignal | undefined
  readonly claims?: string | undefined
  readonly tenantId?: string | undefined
}

/** The tokens of one Api for clients that take a `TokenCredential` of `@azure/core-auth`; `claims` renew the token. */
export function asTokenCredential(
  { name, audience }: Api,
  sourceOf: (audience: string) => TokenSource,
): TokenCredential {
  return {
    async getToken(scopes, options: GetTokenOptions = {}) {
      const asked = [scopes].flat()
      const scope = `${audience}/.default`
      if (asked.length === 0 || asked.some(one => one !== scope))
        throw new TypeError(
          `getToken(): ${name} has the scope ${scope}, and not ${asked.join(' ')}`,
        )
      if (options.tenantId !== undefined)
        throw new TypeError(
          'getToken(): the tenant is that of the auth, so tenantId cannot be another',
        )
      const source = sourceOf(audience)
      const { abortSignal: signal, claims } = options
      const held = await source.get({ signal })
      return claims === undefined || held.claims === claims
        ? shape(held)
        : shape(await source.renew(held, { claims, signal }))
    },
  }
}

function shape(token: AccessToken) {
  return {
    token: token.reveal(),
    expiresOnTimestamp: token.expiresAt,
    refreshAfterTimestamp: token.renewAt,
  }
}
