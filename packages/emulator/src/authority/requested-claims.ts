import { aadsts } from './aadsts.ts'
import { requestedValues } from './claims-request.ts'

/** The claims that a token request adds to its token. */
export interface RequestedClaims {
  readonly claims: Readonly<Record<string, unknown>>
  /** The start of validity that it asks for, in seconds. */
  readonly notBefore?: number
}

/**
 * Reads the `claims` parameter. Every claim of its `access_token` member that names values comes
 * back in the token with them.
 *
 * @throws AadstsError when it is not a JSON object.
 */
export function requestedClaims(parameter: string | undefined): RequestedClaims {
  if (parameter === undefined) return { claims: {} }
  const requests = Object.entries(accessTokenClaims(parameter))
  const claims = requests
    .map(([name, request]) => [name, requestedValues(request)] as const)
    .filter(([, values]) => values.length > 0)
  const nbf = requests.find(([name]) => name === 'nbf')
  const notBefore = Number(nbf && requestedValues(nbf[1])[0])
  return {
    claims: Object.fromEntries(claims),
    ...(Number.isInteger(notBefore) && { notBefore }),
  }
}

function accessTokenClaims(parameter: string): object {
  try {
    const value: unknown = JSON.parse(parameter)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const claims = 'access_token' in value ? value.access_token : {}
      if (typeof claims === 'object') return claims ?? {}
    }
  } catch {
    // The error below says what is wrong.
  }
  throw aadsts(9002313)
}
