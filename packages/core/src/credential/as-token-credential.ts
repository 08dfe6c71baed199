import type { Api } from '../api/api.ts'
import { check, shown } from '../check.ts'
import type { AccessToken } from '../token/access-token.ts'
import type { TokenSource } from '../token/token-source.ts'

/** A `TokenCredential` of `@azure/core-auth` whose tokens are those of an auth. */
export interface AuthTokenCredential {
  getToken(
    scopes: string | string[],
    options?: GetTokenOptions,
  ): Promise<{ token: string; expiresOnTimestamp: number; refreshAfterTimestamp?: number }>
}

interface GetTokenOptions {
  readonly abortSignal?: AbortSignalLike
  readonly claims?: string
  readonly tenantId?: string
}

/** What the Azure SDK calls an abort signal; those of its older packages are no `AbortSignal`. */
interface AbortSignalLike {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
}

/** The tokens of one Api for clients that take a `TokenCredential` of `@azure/core-auth`; `claims` renew the token. */
export function asTokenCredential(
  { name, audience }: Api,
  source: () => TokenSource,
): AuthTokenCredential {
  return {
    async getToken(scopes, given) {
      const options = given ?? {}
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
      const { claims } = options
      const signal = abortSignal(options.abortSignal)
      const held = await source().get({ signal })
      return claims === undefined || held.claims === claims
        ? shape(held)
        : shape(await source().renew(held, { claims, signal }))
    },
  }
}

function abortSignal(given: AbortSignalLike | undefined): AbortSignal | undefined {
  if (given === undefined || given instanceof AbortSignal) return given
  check(
    typeof given?.addEventListener === 'function',
    `getToken(): abortSignal must be an AbortSignal, and not ${shown(given)}`,
  )
  const controller = new AbortController()
  const abort = () => controller.abort()
  if (given.aborted) abort()
  else given.addEventListener('abort', abort)
  return controller.signal
}

function shape(token: AccessToken) {
  return {
    token: token.reveal(),
    expiresOnTimestamp: token.expiresAt,
    ...(token.renewAt !== undefined && { refreshAfterTimestamp: token.renewAt }),
  }
}
