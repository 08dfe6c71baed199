import type { TakenFault } from './faults.ts'

/** The claims that the fault `claims-challenge` demands. By default the token must be newer than the fault. */
export function demandedClaims(
  taken: TakenFault | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (taken?.fault.type !== 'claims-challenge') return undefined
  const value = String(Math.floor(taken.addedAt / 1000))
  return taken.fault.claims ?? { access_token: { nbf: { essential: true, value } } }
}
