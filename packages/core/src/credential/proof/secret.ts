import type { Proof } from './proof.ts'

/**
 * A client secret, or a function that reads it. The function is called for each token request and never per
 * request of the API, so a rotated secret is picked up without a restart.
 */
export type Secret = string | (() => string | Promise<string>)

/** Checks a secret given as text at once, and one given as a function whenever it is read. */
export function secretProof(secret: Secret, expiresAt: number | undefined): Proof {
  if (typeof secret !== 'function') checked(secret)
  return {
    comparable: typeof secret === 'function',
    read: async () => checked(typeof secret === 'function' ? await secret() : secret),
    form: value => ({ client_secret: value }),
    msal: value => ({ clientSecret: value }),
    expiresAt: () => expiresAt,
  }
}

function checked(secret: unknown): string {
  if (typeof secret !== 'string' || secret === '') {
    throw new TypeError('secret must be a text that is not empty')
  }
  if (secret.trim() !== secret) {
    throw new TypeError('secret has white space at an end: was a newline read with it?')
  }
  return secret
}
