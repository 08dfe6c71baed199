import { check } from '../check.ts'
import {
  type Environment,
  environmentNow,
  type LookAtEnvironment,
  understood,
} from '../environment.ts'
import type { Credential } from './credential.ts'

/**
 * A credential that the environment describes: looked up when a token is first needed, so that a build or a test that has
 * none of the variables can load the module in which it is made. Fails with `environment_incomplete` until the variables
 * suffice.
 */
export function lookedUp(
  find: (environment: Environment) => Credential,
  look: LookAtEnvironment = environmentNow,
): Credential {
  let found: Credential | undefined
  let lookedAt: Environment | undefined

  function current(): Credential {
    const environment = look()
    if (found && lookedAt === environment) return found
    found = understood(() => inEnvironment(find(environment), look))
    lookedAt = environment
    environment.keep()
    return found
  }

  return {
    get identity() {
      return current().identity
    },
    get expiresAt() {
      return found?.expiresAt
    },
    acquire: async request => current().acquire(request),
    async changed() {
      const before = found
      const now = current() // throws where the variables do not suffice: then nothing has changed
      return now !== before || ((await now.changed?.()) ?? false)
    },
    async digest(salt) {
      const now = current()
      check(now.digest, 'this credential proves itself by nothing of its own')
      return now.digest(salt)
    },
    inEnvironment: otherLook => lookedUp(find, otherLook),
  }
}

/** `credential`, with what it leaves to the environment read by `look`. */
export function inEnvironment(credential: Credential, look: LookAtEnvironment): Credential {
  return credential.inEnvironment?.(look) ?? credential
}
