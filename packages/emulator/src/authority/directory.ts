import { nothing } from '../seed/own-members.ts'
import type { AppSeed, TenantSeed } from '../seed/seed.ts'
import { checkedApp } from '../seed/seed-schema.ts'
import type { StableIds } from '../stable-ids.ts'
import { type App, makeApp } from './app.ts'

/** One Entra tenant. */
export interface Tenant {
  readonly id: string
  readonly domain: string
  readonly apps: readonly App[]
  addApp(app?: AppSeed): App
  removeApp(app: App): void
}

/** The tenants of an authority. */
export interface Directory {
  readonly tenants: readonly Tenant[]
  addTenant(tenant?: TenantSeed): Tenant
  /** By id or domain, in any letter case. */
  tenant(name: string): Tenant | undefined
}

/** Every secret of every app. */
export function secretsOf(tenants: readonly Tenant[]): string[] {
  const apps = tenants.flatMap(tenant => tenant.apps)
  return apps.flatMap(({ secrets }) => secrets.map(({ value }) => value))
}

/** Makes the tenants that a seed describes; ids and secrets that it leaves out are generated. */
export function directory(
  seeds: readonly TenantSeed[],
  now: () => number,
  newId: StableIds,
): Directory {
  const tenants = seeds.map(seed => makeTenant(seed, now, newId))
  return {
    tenants,
    addTenant(seed = {}) {
      const tenant = makeTenant(seed, now, newId)
      tenants.push(tenant)
      return tenant
    },
    tenant(name) {
      const wanted = name.toLowerCase()
      return tenants.find(({ id, domain }) => id === wanted || domain === wanted)
    },
  }
}

function makeTenant(seed: TenantSeed, now: () => number, newId: StableIds): Tenant {
  const id = (seed.id ?? newId('tenant')).toLowerCase()
  let apps = (seed.apps ?? [nothing]).map(app => makeApp(id, app, now, newId))
  return {
    id,
    domain: (seed.domain ?? `contoso-${id.slice(0, 8)}.onmicrosoft.com`).toLowerCase(),
    get apps() {
      return apps
    },
    addApp(seed = {}) {
      const app = makeApp(id, checkedApp(seed), now, newId)
      apps = [...apps, app]
      return app
    },
    removeApp(app) {
      apps = apps.filter(other => other !== app)
    },
  }
}
