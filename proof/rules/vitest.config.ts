import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { adapters } from '../../tools/packages.ts'
import { patience } from '../../tools/patience.ts'
import { mutated, mutations } from './mutations.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const mutation = mutations[Number(process.env['MUTATION'])]

const file = mutated
  .map(path => root + path)
  .find(path => mutation && readFileSync(path, 'utf8').includes(mutation.from))
if (mutation && !file) throw new Error(`${mutated.join(', ')} have no longer: ${mutation.from}`)

/**
 * Every adapter's contract test, on the source of core with one rule taken out.
 *
 * @public vitest reads it
 */
export default defineConfig({
  test: {
    projects: adapters.map(({ name, folder, manifest }) => ({
      root: folder,
      plugins: [{ name: 'mutation', enforce: 'pre' as const, load }],
      resolve: {
        alias: Object.keys(manifest.dependencies ?? {}).map(dependency => ({
          find: new RegExp(`^${dependency}/adapter$`),
          replacement: `${root}packages/${dependency.split('/')[1]}/src/adapter.ts`,
        })),
      },
      // The cache goes by the file on disk, and would miss what the plugin changes.
      test: { name, include: ['test/contract.test.ts'], fsModuleCache: false, ...patience },
    })),
  },
})

function load(id: string): string | undefined {
  if (!mutation || id !== file) return undefined
  return readFileSync(id, 'utf8').replace(mutation.from, mutation.to)
}
