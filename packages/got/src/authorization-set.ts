import type { GotOptions } from './got-options.ts'

/** `username` and `password` are not looked for: got puts them into the URL, which thereby is not covered. */
export function authorizationSet(options: GotOptions): boolean {
  return (
    Object.keys(options.headers).some(name => name.toLowerCase() === 'authorization') ||
    Boolean(options.isHeaderExplicitlySet?.('authorization'))
  )
}
