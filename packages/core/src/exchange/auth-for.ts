import { check, checkNoOptions, member, shown } from '../check.ts'
import type { CloudPartnerAuth } from '../cloud-partner-auth.ts'

/**
 * What an adapter is made with: an auth, or a function that picks one for a request from what the client hands on, at once
 * and not as a promise. `undefined`: the request is sent without.
 */
export type AuthOption<Request extends readonly unknown[]> =
  | CloudPartnerAuth
  | ((...request: Request) => CloudPartnerAuth | undefined)

/**
 * Checks what an adapter is made with, and what it picks for each request. Throws a TypeError that says what was meant.
 *
 * @param options What an adapter that has no options was given for some.
 */
export function authFor<Request extends readonly unknown[]>(
  given: AuthOption<Request>,
  adapter: string,
  options?: unknown,
): (...request: Request) => CloudPartnerAuth | undefined {
  const instead = 'what an auth can do is an option of cloudPartnerAuth({ … })'
  checkNoOptions(options, `${adapter}(auth)`, instead)
  if (typeof given !== 'function') {
    checkAuth(given, `${adapter}(auth)`)
    return () => given
  }
  check(
    !factories.includes(given.name),
    `${adapter}(auth) takes what ${given.name}() returns${given.name === 'cloudPartnerAuth' ? '' : ', made an auth by cloudPartnerAuth({ credential })'}: call it`,
  )
  return (...request) => {
    const picked = given(...request)
    if (picked !== undefined) checkAuth(picked, `what the function of ${adapter}() picks`)
    return picked
  }
}

function checkAuth(auth: unknown, what: string): asserts auth is CloudPartnerAuth {
  const isObject = typeof auth === 'object' && auth !== null
  const has = (name: string) =>
    isObject && typeof member(auth as Record<string, unknown>, name) === 'function'
  check(!has('then'), `${what} must be an auth and not a promise: make it before, and pick at once`)
  check(
    !has('acquire'),
    `${what} must be an auth: make one of the credential, cloudPartnerAuth({ credential })`,
  )
  check(has('covering'), `${what} must be what cloudPartnerAuth() returns, and not ${shown(auth)}`)
}

/** Passed without being called, they would be taken for functions that pick. */
const factories = [
  'cloudPartnerAuth',
  'clientSecret',
  'tokenEndpoint',
  'clientCertificate',
  'clientAssertion',
  'workloadIdentity',
  'managedIdentity',
  'tokenCredential',
  'environment',
  'staticToken',
]
