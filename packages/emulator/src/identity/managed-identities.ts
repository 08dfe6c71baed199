import type { Principal } from '../authority/access-token.ts'
import type { ManagedIdentitySeed } from '../seed/seed.ts'
import type { StableIds } from '../stable-ids.ts'

/** The identities of the machine that the emulator plays. */
export interface ManagedIdentities {
  /** The system-assigned one, or the user-assigned one that the ids of a query name. */
  find(query: URLSearchParams): ManagedIdentity | undefined
  /** What App Service wants in `X-IDENTITY-HEADER`. */
  readonly header: string
}

/** A managed identity; with `resourceId` it is user-assigned. */
export interface ManagedIdentity extends Principal {
  readonly resourceId?: string
}

/** Makes the identities that a seed describes; by default there is a system-assigned one. */
export function managedIdentities(
  seeds: readonly ManagedIdentitySeed[],
  tenantId: string,
  newId: StableIds,
): ManagedIdentities {
  const identities = seeds.map(
    (seed): ManagedIdentity => ({
      tenantId,
      clientId: (seed.clientId ?? newId('managed identity')).toLowerCase(),
      objectId: (seed.objectId ?? newId('managed identity')).toLowerCase(),
      ...(seed.resourceId !== undefined && { resourceId: seed.resourceId }),
    }),
  )
  return {
    header: newId('identity header').replaceAll('-', '').toUpperCase(),
    find(query) {
      const clientId = query.get('client_id')
      const objectId = query.get('object_id') ?? query.get('principal_id')
      const resourceId = query.get('mi_res_id') ?? query.get('msi_res_id')
      if (clientId !== null) return identities.find(one => same(one.clientId, clientId))
      if (objectId !== null) return identities.find(one => same(one.objectId, objectId))
      if (resourceId !== null) return identities.find(one => same(one.resourceId, resourceId))
      return identities.find(one => one.resourceId === undefined)
    },
  }
}

function same(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase()
}
