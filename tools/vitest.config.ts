import { readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const root = new URL('../', import.meta.url).pathname
const folders = [
  ...readdirSync(`${root}packages`).map(name => `packages/${name}`),
  'proof/contract',
  'proof/recipes',
]
// Long enough for a busy machine: what must be quick is counted, never timed.
const patience = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 20_000 } },
}

export default defineConfig({
  test: {
    projects: [
      ...folders.map(folder => ({
        root: `${root}${folder}`,
        test: {
          name: `@cloud-partner-auth/${folder.split('/')[1]}`,
          include: ['test/**/*.test.ts'],
          ...patience,
        },
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
