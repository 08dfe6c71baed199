import { check, isText } from '../../check.ts'
import { seen } from '../../seen.ts'
import type { Proof, Proven } from './proof.ts'

/**
 * A client secret, or a function that reads it. The function is called for each token request and never per
 * request of the API, so a rotated secret is picked up without a restart. `undefined`, as of a variable that is not set,
 * is refused by name.
 */
export type Secret = string | undefined | (() => string | undefined | Promise<string | undefined>)

/** Checks a secret given as text at once, and one given as a function whenever it is read. */
export function secretProof(secret: Secret, expiresAt: number | undefined): Proof {
  const endsAt = checkedEnd(expiresAt)
  const prove = (text: string | undefined) => proven(text, endsAt)
  if (typeof secret !== 'function') prove(secret)
  return {
    what: 'secret',
    comparable: typeof secret === 'function',
    read: () => (typeof secret === 'function' ? secret() : secret),
    prove,
  }
}

function proven(secret: unknown, expiresAt: number | undefined): Proven {
  const odd = seen(secret)
  check(
    isText(secret) && odd === undefined,
    `secret (AZURE_CLIENT_SECRET) ${odd}: give its value alone, as shown once when it was created`,
  )
  return { present: () => ({ clientSecret: secret }), expiresAt }
}

function checkedEnd(expiresAt: number | undefined): number | undefined {
  check(
    // Seconds since 1970 read as milliseconds are an instant of that January.
    expiresAt === undefined || (Number.isFinite(expiresAt) && expiresAt > 1e11),
    "secretExpiresAt must be milliseconds since the Unix epoch, such as Date.parse('2027-01-31')",
  )
  return expiresAt
}
