import { check, checkNoOptions, shown } from '../check.ts'
import { CloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import { environmentNow, type LookAtEnvironment } from '../environment.ts'
import { accessToken } from '../token/access-token.ts'
import type { Credential } from './credential.ts'

const day = 24 * 60 * 60 * 1_000

/**
 * The same token for every request: for tests of an application that mock its client, with no authority and no emulator.
 * Refused with a store, since it has no identity, and where the environment names an authority or the emulator.
 *
 * @example
 * const auth = cloudPartnerAuth({ credential: staticToken('x') })
 */
export function staticToken(value: string | undefined, options?: never): Credential {
  check(
    typeof value === 'string' && /^[A-Za-z0-9\-._~+/]+=*$/.test(value),
    `staticToken() takes the text of a token, as it goes behind Bearer, ${typeof value === 'string' ? 'without Bearer, white space or quotes, and not empty' : `and not ${shown(value)}`}`,
  )
  checkNoOptions(options, 'staticToken(token)', 'a credential of your own can do more, { acquire }')
  return inTests(value, environmentNow)
}

function inTests(value: string, look: LookAtEnvironment): Credential {
  return {
    async acquire() {
      const { authorityHost } = look()
      if (authorityHost !== undefined) throw configured(authorityHost)
      return accessToken({ value, expiresAt: Date.now() + day })
    },
    inEnvironment: otherLook => inTests(value, otherLook),
  }
}

function configured(authorityHost: string): CloudPartnerAuthError {
  return new CloudPartnerAuthError(
    'credential_failed',
    `staticToken() is for tests without an authority, but the environment names ${authorityHost} (CLOUD_PARTNER_EMULATOR or AZURE_AUTHORITY_HOST): unset that, or pass another credential.`,
    { retryable: false },
  )
}
