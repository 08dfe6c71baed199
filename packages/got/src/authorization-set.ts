import type { GotOptions } from './got-options.ts'

/** Basic credentials too: got 11 makes a header of them only when it sends. */
export function authorizationSet(options: GotOptions): boolean {
  const { headers, username, password } = options
  return (
    Boolean(username || password) ||
    Object.keys(headers).some(name => name.toLowerCase() === 'authorization') ||
    Boolean(options.isHeaderExplicitlySet?.('authorization'))
  )
}
