import type { GotOptions } from './got-options.ts'

/** `username` and `password` are not looked for: got puts them into the URL, which thereby is not covered. */
export function authorizationSet(options: GotOptions): boolean {
  const { headers } = options
  // Names take long to list where headers are a proxy, as they are since 15. There all of them are in lower case.
  if (options.isHeaderExplicitlySet)
    return options.isHeaderExplicitlySet('authorization') || headers['authorization'] !== undefined
  return Object.keys(headers).some(name => name.toLowerCase() === 'authorization')
}
