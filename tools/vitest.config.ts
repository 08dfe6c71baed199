import { existsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { packages, packagesIn } from './packages.ts'
import { patience } from './patience.ts'

const tested = [...packages, ...packagesIn('proof')].filter(({ folder }) =>
  existsSync(`${folder}test`),
)

export default defineConfig({
  test: {
    projects: [
      ...tested.map(({ folder, manifest }) => ({
        root: folder,
        test: { name: manifest.name, include: ['test/**/*.test.ts'], ...patience },
      })),
      {
        test: { name: 'tools', include: ['tools/**/*.test.ts'], ...patience },
      },
    ],
    reporters: ['default', './tools/summary-reporter.mjs'],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      reporter: ['text-summary'],
    },
  },
})
