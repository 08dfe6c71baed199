import { accessToken } from '../token/access-token.ts'
import type { Credential } from './credential.ts'

/** The part of `TokenCredential` of `@azure/core-auth` that is used; every credential of `@azure/identity` has it. */
export interface TokenCredential {
  getToken(
    scopes: string | string[],
    options?: { abortSignal?: AbortSignal; claims?: string; enableCae?: boolean },
  ): Promise<{
    token: string
    expiresOnTimestamp: number
    refreshAfterTimestamp?: number | undefined
  } | null>
}

/**
 * Any object with `getToken` of `@azure/identity`, which is not imported: `tokenCredential(new AzureCliCredential())`.
 *
 * Set `identity` to a text that names tenant and client only if the same one always gets the same rights: it is what
 * processes share a token by.
 */
export function tokenCredential(
  credential: TokenCredential,
  { identity }: { readonly identity?: string | undefined } = {},
): Credential {
  if (typeof credential?.getToken !== 'function')
    throw new TypeError('credential must have getToken()')
  return {
    ...(identity !== undefined && { identity }),
    async acquire({ audience, claims, signal }) {
      const options = {
        abortSignal: signal,
        ...(claims !== undefined && { claims, enableCae: true }),
      }
      const token = await credential.getToken(`${audience}/.default`, options)
      return accessToken({
        value: token?.token ?? '',
        expiresAt: token?.expiresOnTimestamp ?? Number.NaN,
        renewAt: token?.refreshAfterTimestamp,
        claims,
      })
    },
  }
}
