import { existsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { packages, packagesIn } from './packages.ts'

const tested = [...packages, ...packagesIn('proof')].filter(({ folder }) =>
  existsSync(`${folder}test`),
)

// Long enough for a busy machine: what must be quick is counted, never timed.
const patience = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 20_000 } },
}

export default defineConfig({
  test: {
    projects: [
      ...tested.map(({ folder, manifest }) => ({
        root: folder,
        test: { name: manifest.name, include: ['test/**/*.test.ts'], ...patience },
      })),
      {
        test: { name: 'tools', include: ['tools/**/*.test.ts'], ...patience, testTimeout: 120_000 },
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
