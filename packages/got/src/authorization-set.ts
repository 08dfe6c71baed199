import type { GotOptions } from './got-options.ts'

/** On a request function that will add an Authorization, of which no header tells. The same in all copies of this. */
export const adding: unique symbol = Symbol.for('cloud-partner-auth: adds Authorization')

/** `username` and `password` are not looked for: got puts them into the URL, which thereby is not covered. */
export function authorizationSet(options: GotOptions): boolean {
  const { headers, request } = options
  if (request && adding in request) return true
  // Names take long to list where headers are a proxy, as they are since 15. There all of them are in lower case.
  if (options.isHeaderExplicitlySet)
    return options.isHeaderExplicitlySet('authorization') || headers['authorization'] !== undefined
  return Object.keys(headers).some(name => name.toLowerCase() === 'authorization')
}
