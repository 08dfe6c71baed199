import { isLoopback, parsedUrl, seenInPlaceOfOrigin } from './api/url.ts'
import { checkedAuthorityHost } from './authority/authority.ts'
import { CloudPartnerAuthError } from './cloud-partner-auth-error.ts'
import { Pause } from './token/clocks.ts'

/** What the variables of the environment said at one moment. */
export interface Environment {
  /** The value of a variable; `undefined` where it is empty or not set, and where there is no environment. */
  variable(name: string): string | undefined
  /** Origin of the emulator that stands for the authority and all presets (`CLOUD_PARTNER_EMULATOR`). */
  readonly emulator: string | undefined
  /** Origin of the authority, where the environment names one: the emulator, else `AZURE_AUTHORITY_HOST`. */
  readonly authorityHost: string | undefined
  /** It was of use: from now on it is not looked at again. */
  keep(): void
}

export type LookAtEnvironment = () => Environment

/**
 * Looks at the environment as a whole, so that no secret goes to an emulator and no real token to loopback because one
 * variable was set between two looks. Until a look is kept, there is another at most once a second.
 */
export function environmentLook(): LookAtEnvironment {
  let last: Environment | undefined
  let kept = false
  const again = new Pause()
  return () => {
    if (last && (kept || again.left > 0)) return last
    again.start(1_000)
    last = environmentNow(() => {
      kept = true
    })
    return last
  }
}

/** What the environment says now. The origins throw a `CloudPartnerAuthError` if they are malformed. */
export function environmentNow(keep: () => void = () => {}): Environment {
  const variables = { ...globalThis.process?.env }
  const variable = (name: string) =>
    (Object.hasOwn(variables, name) ? variables[name] : undefined) || undefined
  return {
    variable,
    get emulator() {
      const origin = variable('CLOUD_PARTNER_EMULATOR')
      return origin && emulatorOrigin(origin)
    },
    get authorityHost() {
      if (this.emulator) return this.emulator
      const host = variable('AZURE_AUTHORITY_HOST')
      return host && understood(() => checkedAuthorityHost(host, 'AZURE_AUTHORITY_HOST'))
    },
    keep,
  }
}

/** The emulator's origin while it is in effect, else `origin`; a malformed variable is told of when a token is needed. */
export function emulatorOr(origin: string): string {
  try {
    return environmentNow().emulator ?? origin
  } catch {
    return origin
  }
}

/** Loopback only, since whoever sets the variable is sent the secret and the tokens. */
function emulatorOrigin(value: string): string {
  const url = parsedUrl(value.trim())
  if (url && isLoopback(url) && url.pathname === '/' && !url.search && !url.hash && !url.username)
    return url.origin
  const odd = url?.protocol === 'https:' ? 'is https' : seenInPlaceOfOrigin(value)
  throw incomplete(
    `CLOUD_PARTNER_EMULATOR must be the origin of the emulator on a loopback address, such as http://127.0.0.1:4180, but it ${odd}.`,
  )
}

/** What `read` makes of variables; a TypeError about them is one of the environment, which may be mended meanwhile. */
export function understood<T>(read: () => T): T {
  try {
    return read()
  } catch (thrown) {
    throw thrown instanceof TypeError ? incomplete(`${thrown.message}.`) : thrown
  }
}

export function incomplete(message: string): CloudPartnerAuthError {
  return new CloudPartnerAuthError('environment_incomplete', message, { retryable: false })
}
