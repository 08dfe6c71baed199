import { requestedValues } from '../authority/claims-request.ts'
import type { SeenToken } from '../traffic/api-request.ts'

type Claims = Readonly<Record<string, unknown>>

/**
 * Whether a token was acquired with the claims demanded. The authority copies the claims it is asked
 * for into the token, and `nbf` as its start of validity, so the token itself says so.
 */
export function satisfies(token: SeenToken | undefined, demanded: Claims): boolean {
  const wanted = demanded['access_token']
  if (!token || typeof wanted !== 'object' || wanted === null) return false
  return Object.entries(wanted).every(([name, request]) => {
    const values = requestedValues(request)
    if (name === 'nbf') return values.every(value => Number(token.claims['nbf']) >= Number(value))
    const held = [token.claims[name]].flat()
    return values.length === 0 ? name in token.claims : values.some(value => held.includes(value))
  })
}
