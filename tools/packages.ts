import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The fields that we read from a package.json. */
interface Manifest {
  readonly name: string
  readonly description?: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

export interface Package {
  /** The name of its folder, which is its npm name without the scope. */
  readonly name: string
  /** Absolute, with a slash at the end. */
  readonly folder: string
  readonly manifest: Manifest
}

const root = fileURLToPath(new URL('../', import.meta.url))

/** What is published: every folder of packages/ that has a package.json. */
export const packages: readonly Package[] = packagesIn('packages')

/** The packages that plug into an HTTP client, which are those that the contract tests. */
export const adapters: readonly Package[] = packages.filter(
  ({ manifest }) => '@cloud-partner-auth/contract' in (manifest.devDependencies ?? {}),
)

/** The HTTP client that an adapter plugs into, as npm knows it; absent where the client is part of the runtime. */
export function clientOf({ manifest }: Package): string | undefined {
  return Object.keys(manifest.peerDependencies ?? {})[0]
}

/** The folders of `parent` that have a package.json, in the order of their names. A folder left over from another branch has none. */
export function packagesIn(parent: string): readonly Package[] {
  return readdirSync(`${root}${parent}`)
    .toSorted()
    .filter(name => existsSync(`${root}${parent}/${name}/package.json`))
    .map(name => {
      const folder = `${root}${parent}/${name}/`
      return { name, folder, manifest: JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) }
    })
}
