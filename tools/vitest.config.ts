import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      'packages/*',
      { test: { name: 'tools', include: ['tools/**/*.test.ts'], testTimeout: 120_000 } },
    ],
    reporters: ['default', './tools/summary-reporter.mjs'],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      reporter: ['text-summary'],
    },
  },
})
