import { defineConfig } from 'vitest/config'

// The tests of the code that is mutated, and none that take seconds.
const tests = [
  'access-token',
  'acquisition',
  'claims-challenge',
  'claims-renewal',
  'cloud-partner-auth',
  'cool-down',
  'credential-expiring',
  'early-renewal',
  'exchange',
  'failure-memory',
  'lazy',
  'store/bounded-store',
  'store/shared-acquisition',
  'token-credential',
  'token-source',
  'version-parameter',
  'model/token-source',
]

export default defineConfig({
  test: {
    env: { MODEL_RUNS: '60', MODEL_SEED: '1' },
    include: tests.map(name => `packages/core/test/${name}.test.ts`),
  },
})
