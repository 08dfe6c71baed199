import type { Endpoint } from './endpoint.ts'
import { msal } from './msal.ts'
import { post } from './post.ts'

/** The endpoint of an option. Throws a TypeError for anything but `v1` and `v2`. */
export function endpointOf(version: 'v1' | 'v2' = 'v2'): Endpoint {
  const endpoint = [msal, post].find(one => one.version === version)
  if (endpoint) return endpoint
  throw new TypeError("endpoint must be 'v1' or 'v2'")
}
