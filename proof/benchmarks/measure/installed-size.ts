import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { adapters } from '../../../tools/packages.ts'
import type { Measured } from '../measured.ts'

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url))

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly files?: readonly string[]
}

/** Bytes on disk that `npm install` adds: a package with everything it depends on, without its client. */
export async function installedSize(): Promise<Measured> {
  const ours = adapters.map(({ manifest }) => manifest.name)
  const rows = [...ours, '@azure/msal-node', '@azure/identity'].map(name => {
    const folders = closure(name)
    const own = [...folders].filter(folder => folder.includes('@cloud-partner-auth/'))
    const [ownSize, size] = [own, [...folders]].map(list => list.reduce(plusSize, 0))
    return [name, String(folders.size), megabytes(ownSize), megabytes(size)]
  })
  return {
    findings: [],
    tables: [
      {
        title: 'Installed size',
        head: ['', 'packages', 'of this project', 'with dependencies'],
        rows,
      },
    ],
  }
}

/** The folders of a package and of all it depends on, as Node finds them. */
function closure(name: string, from = modules, found = new Set<string>()): Set<string> {
  const folder = [join(from, 'node_modules', name), join(modules, name)].find(existsSync)
  if (!folder || found.has(folder)) return found
  found.add(folder)
  for (const dependency of Object.keys(manifest(folder).dependencies ?? {}))
    closure(dependency, folder, found)
  return found
}

function plusSize(sum: number, folder: string): number {
  const { files } = manifest(folder)
  // In this repository a package's folder holds its sources and tests too; only `files` are published.
  const published = folder.includes('@cloud-partner-auth/') && files
  const parts = published ? [...files, 'package.json', 'README.md', 'LICENSE'] : readdirSync(folder)
  return parts
    .filter(part => part !== 'node_modules')
    .reduce((size, part) => size + sizeOf(join(folder, part)), sum)
}

function sizeOf(path: string): number {
  if (!existsSync(path)) return 0
  const { size } = statSync(path)
  if (!statSync(path).isDirectory()) return size
  return readdirSync(path).reduce((sum, part) => sum + sizeOf(join(path, part)), 0)
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** Rounded up. */
function megabytes(bytes = 0): string {
  return `${(Math.ceil(bytes / 10_000) / 100).toFixed(2)} MB`
}
