import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { adapters } from '../../tools/packages.ts'
import { patience } from '../../tools/patience.ts'
import { loadsUndici8, versions } from './versions.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

// Adapters without an entry in versions.ts: their own contract test chooses its versions.
const alone = adapters.filter(
  ({ name }) => !versions.some(({ test }) => test.startsWith(`packages/${name}/`)),
)

// Each adapter's own contract test, once for each version of its client.
export default defineConfig({
  test: {
    reporters: ['default', `${root}tools/summary-reporter.mjs`],
    projects: [
      ...alone.map(({ name, folder }) => ({
        resolve: { alias: loadsUndici8 ? [] : [{ find: /^undici$/, replacement: 'undici-7' }] },
        test: {
          name: `${name} adapter`,
          root: folder,
          include: ['test/contract.test.ts'],
          ...(!loadsUndici8 && {
            setupFiles: [`${root}proof/matrix/required-version.ts`],
            env: { MATRIX_CLIENT: 'undici', MATRIX_ALIAS: 'undici-7' },
          }),
          ...patience,
        },
      })),
      ...versions.map(({ client, version, alias = client, test }) => ({
        root: `${root}${test.slice(0, test.indexOf('/test/'))}`,
        resolve: {
          alias: [
            { find: new RegExp(`^${client}$`), replacement: alias },
            {
              find: /^@cloud-partner-auth\/contract$/,
              replacement: `${root}proof/matrix/contract-of-version.ts`,
            },
          ],
        },
        test: {
          name: `${client} ${version}`,
          include: [test.slice(test.indexOf('test/'))],
          setupFiles: [`${root}proof/matrix/required-version.ts`],
          env: { MATRIX_CLIENT: client, MATRIX_VERSION: version, MATRIX_ALIAS: alias },
          fsModuleCache: false,
          ...patience,
        },
      })),
    ],
  },
})
