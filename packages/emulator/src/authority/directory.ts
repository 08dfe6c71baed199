import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { AppSeed, TenantSeed } from '../seed/seed.ts'

/** An app registration with its service principal in one tenant. */
export interface App {
  readonly tenantId: string
  readonly clientId: string
  /** Of the service principal: what a publisher account lists as Object ID. */
  readonly objectId: string
  readonly name: string
  readonly secrets: readonly ClientSecret[]
}

/** A client secret; without `expiresAt` it never expires. */
export interface ClientSecret {
  readonly value: string
  readonly expiresAt?: number
}

/** One Entra tenant. */
export interface Tenant {
  readonly id: string
  readonly domain: string
  readonly apps: readonly App[]
}

/** The tenants of an authority. */
export interface Directory {
  readonly tenants: readonly Tenant[]
  /** By id or domain, in any letter case. */
  tenant(name: string): Tenant | undefined
}

/** Makes the tenants that a seed describes; ids and secrets it leaves out are random. */
export function directory(seeds: readonly TenantSeed[]): Directory {
  const tenants = seeds.map(makeTenant)
  return {
    tenants,
    tenant(name) {
      const wanted = name.toLowerCase()
      return tenants.find(({ id, domain }) => id === wanted || domain === wanted)
    },
  }
}

/** Whether `value` is one of the app's secrets, and whether that one still holds. */
export function checkSecret(app: App, value: string, now: number): 'valid' | 'expired' | 'wrong' {
  const found = app.secrets.find(secret => equal(secret.value, value))
  if (!found) return 'wrong'
  return found.expiresAt !== undefined && found.expiresAt <= now ? 'expired' : 'valid'
}

function makeTenant(seed: TenantSeed): Tenant {
  const id = (seed.id ?? randomUUID()).toLowerCase()
  return {
    id,
    domain: (seed.domain ?? `contoso-${id.slice(0, 8)}.onmicrosoft.com`).toLowerCase(),
    apps: (seed.apps ?? [{}]).map(app => makeApp(id, app)),
  }
}

function makeApp(tenantId: string, seed: AppSeed): App {
  const clientId = (seed.clientId ?? randomUUID()).toLowerCase()
  return {
    tenantId,
    clientId,
    objectId: seed.objectId ?? randomUUID(),
    name: seed.name ?? `app-${clientId.slice(0, 8)}`,
    secrets: (seed.secrets ?? [{}]).map(({ value = randomSecret(), expiresAt }) => ({
      value,
      ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).getTime() }),
    })),
  }
}

// Forty characters with `8Q~` from the fourth on, as Entra makes them, so that scanners and
// clients meet what they would meet in earnest.
function randomSecret(): string {
  const text = randomBytes(30).toString('base64url')
  return `${text.slice(0, 3)}8Q~${text.slice(3, 37)}`
}

function equal(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}
