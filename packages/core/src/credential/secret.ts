/**
 * A client secret, or a function that reads it. The function is called for each token request and never per
 * request of the API, so a rotated secret is picked up without a restart.
 */
export type Secret = string | (() => string | Promise<string>)

/** A secret that is read when needed and knows whether it was replaced since. */
export interface ReadableSecret {
  read(): Promise<string>
  changed(): Promise<boolean>
}

/** Checks a secret given as text at once, and one given as a function whenever it is read. */
export function readableSecret(secret: Secret): ReadableSecret {
  if (typeof secret !== 'function') check(secret)
  const current = async () => check(typeof secret === 'function' ? await secret() : secret)
  let lastRead: string | undefined
  return {
    async read() {
      lastRead = await current()
      return lastRead
    },
    changed: async () => typeof secret === 'function' && (await current()) !== lastRead,
  }
}

function check(secret: unknown): string {
  if (typeof secret !== 'string' || secret === '')
    throw new TypeError('secret must be a text that is not empty')
  if (secret.trim() !== secret)
    throw new TypeError('secret has white space at an end: was a newline read with it?')
  return secret
}
