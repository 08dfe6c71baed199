import { existsSync } from 'node:fs'
import type { ByHand, Client, ClientOptions, Subject } from '@cloud-partner-auth/contract'
import type { CloudPartnerAuth } from '@cloud-partner-auth/core'
import { adapters } from '../tools/packages.ts'

/** A published adapter with its client, put together as the adapter's own `test/subject.ts` says. */
export interface Plugged {
  readonly name: string
  /** The name of the package's export that plugs into the client: `cloudPartnerInterceptor`, `cloudPartnerHooks`, … */
  readonly plugin: string
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
  const plugin = published[subject.adapter.name] ?? expectExported(name, subject.adapter.name)
  const { byHand } = subject
  return {
    name,
    plugin: subject.adapter.name,
    bare: (options = {}) => subject.create(undefined, options),
    ours: (auth, options = {}) => subject.create(plugin(auth), options),
    ...(byHand && { byHand: (fixed, options = {}) => subject.create(byHand(fixed), options) }),
  }
}

function expectExported(name: string, adapter: string): never {
  throw new TypeError(
    `"adapter" in packages/${name}/test/subject.ts should be what the package exports, not ${adapter || 'a function without a name'}`,
  )
}

function packageOf(name: string) {
  const found = adapters.find(adapter => adapter.name === name)
  if (found) return found
  throw new TypeError(`There is no adapter "${name}" in packages/`)
}
