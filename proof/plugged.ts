import { existsSync } from 'node:fs'
import type { ByHand, Client, ClientOptions, Subject } from '@cloud-partner-auth/contract'
import type { CloudPartnerAuth } from '@cloud-partner-auth/core'
import { adapters, packages } from '../tools/packages.ts'

/** A published adapter with its client, put together as the adapter's own `test/subject.ts` says. */
export interface Plugged {
  readonly name: string
  /** The client without a plugin. */
  bare(options?: ClientOptions): Client
  /** With the adapter. */
  ours(auth: CloudPartnerAuth, options?: ClientOptions): Client
  /** With the plugin that a careful person writes by hand; absent where nobody has. */
  byHand?(fixed: ByHand, options?: ClientOptions): Client
}

/** The names of the adapters that describe themselves in `test/subject.ts`. */
export const pluggable: readonly string[] = adapters
  .filter(({ folder }) => existsSync(`${folder}test/subject.ts`))
  .map(({ name }) => name)

export async function plugged(name: string): Promise<Plugged> {
  const { folder, manifest } = packageOf(name)
  const { subject } = (await import(`${folder}test/subject.ts`)) as { subject: Subject<unknown> }
  const published = (await import(manifest.name)) as Record<
    string,
    (auth: CloudPartnerAuth) => unknown
  >
  const plugin = published[await pluginExport(name)]
  const { byHand } = subject
  return {
    name,
    bare: (options = {}) => subject.create(undefined, options),
    ours: (auth, options = {}) => subject.create(plugin?.(auth), options),
    ...(byHand && { byHand: (fixed, options = {}) => subject.create(byHand(fixed), options) }),
  }
}

/** What an adapter exports that no package below it does: `cloudPartnerInterceptor`, `cloudPartnerHooks`, … */
export async function pluginExport(name: string): Promise<string> {
  const { manifest } = packageOf(name)
  const below = packages.filter(each => each.manifest.name in (manifest.dependencies ?? {}))
  const inherited = await Promise.all(below.map(async each => import(each.manifest.name)))
  const own = Object.keys(await import(manifest.name)).filter(
    exported => !inherited.some(exports => exported in exports),
  )
  const [only] = own
  if (own.length === 1 && only !== undefined) return only
  throw new TypeError(
    `${manifest.name} should export one plugin beside what its dependencies export, not: ${own.join(', ')}`,
  )
}

function packageOf(name: string) {
  const found = adapters.find(adapter => adapter.name === name)
  if (found) return found
  throw new TypeError(`There is no adapter "${name}" in packages/`)
}
