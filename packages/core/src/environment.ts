import { isLoopback, parsedUrl, seenInPlaceOfOrigin } from './api/url.ts'
import { checkedAuthorityHost } from './authority/authority.ts'
import { CloudPartnerAuthError } from './cloud-partner-auth-error.ts'
import { type Deadline, deadlineIn, isPast } from './token/clocks.ts'

/** What the variables of the environment said at one moment. */
export class Environment {
  #variables: Readonly<Record<string, string | undefined>> = { ...globalThis.process?.env }
  #until: Deadline | undefined = deadlineIn(1_000)

  /** The value of a variable; `undefined` where it is empty or not set, and where there is no environment. */
  variable(name: string): string | undefined {
    const variables = this.#variables
    return (Object.hasOwn(variables, name) ? variables[name] : undefined) || undefined
  }

  /**
   * Origin of the emulator that stands for the authority and all presets (`CLOUD_PARTNER_EMULATOR`). This one and
   * `authorityHost` throw a `CloudPartnerAuthError` for a malformed origin.
   */
  get emulator(): string | undefined {
    const origin = this.variable('CLOUD_PARTNER_EMULATOR')
    return origin && emulatorOrigin(origin)
  }

  /** Origin of the authority, where the environment names one: the emulator, else `AZURE_AUTHORITY_HOST`. */
  get authorityHost(): string | undefined {
    if (this.emulator) return this.emulator
    const host = this.variable('AZURE_AUTHORITY_HOST')
    return host && understood(() => checkedAuthorityHost(host, 'AZURE_AUTHORITY_HOST'))
  }

  /** Whether there need be no other look: it was of use, or was taken within a second. */
  get isCurrent(): boolean {
    return !this.#until || !isPast(this.#until)
  }

  /** It was of use. All but the origins is forgotten, since it holds secrets. */
  keep(): void {
    if (!this.#until) return
    this.#until = undefined
    const { CLOUD_PARTNER_EMULATOR, AZURE_AUTHORITY_HOST } = this.#variables
    this.#variables =
      CLOUD_PARTNER_EMULATOR || AZURE_AUTHORITY_HOST
        ? { CLOUD_PARTNER_EMULATOR, AZURE_AUTHORITY_HOST }
        : none
  }
}

const none = Object.freeze({})

export type LookAtEnvironment = () => Environment

/**
 * Looks at the environment as a whole, so that no secret goes to an emulator and no real token to loopback because one
 * variable was set between two looks. Until a look is kept, there is another at most once a second.
 */
export function environmentLook(): LookAtEnvironment {
  let last: Environment | undefined
  return () => {
    if (!last?.isCurrent) last = new Environment()
    return last
  }
}

/** What the environment says now. */
export function environmentNow(): Environment {
  return new Environment()
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
