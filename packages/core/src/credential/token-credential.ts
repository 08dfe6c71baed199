import { check, checkText, optionsOf, shown } from '../check.ts'
import { CloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
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
  given: { readonly identity?: string | undefined } = {},
): Credential {
  check(
    typeof (credential as Partial<Credential> | null)?.acquire !== 'function',
    'tokenCredential() is for credentials of @azure/identity: pass a credential of this package as it is',
  )
  check(
    typeof credential?.getToken === 'function',
    `tokenCredential(credential) needs an object with getToken(), such as new AzureCliCredential(), and not ${shown(credential)}${typeof credential === 'object' && credential ? ' without it' : ''}`,
  )
  const { identity } = optionsOf(given, ['identity'], 'tokenCredential')
  if (identity !== undefined) checkText(identity, 'identity')
  return {
    ...(identity !== undefined && { identity }),
    async acquire({ audience, claims, signal }) {
      const options = {
        abortSignal: signal,
        ...(claims !== undefined && { claims, enableCae: true }),
      }
      const token = await credential.getToken(`${audience}/.default`, options)
      if (!token) throw noToken(audience)
      return accessToken({
        value: token.token,
        expiresAt: token.expiresOnTimestamp,
        renewAt: token.refreshAfterTimestamp,
        claims,
      })
    },
  }
}

function noToken(audience: string): CloudPartnerAuthError {
  return new CloudPartnerAuthError(
    'authority_answer_invalid',
    `getToken() of the credential resolved with no token for the scope ${audience}/.default.`,
    { retryable: false },
  )
}
