import { type Directory, directory } from './authority/directory.ts'
import { type ManagedIdentities, managedIdentities } from './identity/managed-identities.ts'
import { makePortal, type Portal } from './portal/portal.ts'
import { defaultPublishers, defaultTenants } from './seed/default-seed.ts'
import type { Seed } from './seed/seed.ts'
import { type StableIds, stableIds } from './stable-ids.ts'

/** What the emulated services remember. A reset puts a new one in the place of the old one. */
export interface World {
  readonly newId: StableIds
  readonly directory: Directory
  readonly identities: ManagedIdentities
  readonly portal: Portal
}

/** Makes what a seed describes. */
export function makeWorld(seed: Seed, now: () => number): World {
  const newId = stableIds()
  const tenants = directory(seed.tenants ?? defaultTenants, now, newId)
  const firstTenant = tenants.tenants[0]?.id ?? ''
  return {
    newId,
    directory: tenants,
    identities: managedIdentities(seed.managedIdentities ?? [{}], firstTenant, newId),
    portal: makePortal(seed.portal ?? {}, seed.publishers ?? defaultPublishers, now(), newId),
  }
}
