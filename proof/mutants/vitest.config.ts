import { defineConfig } from 'vitest/config'
import { patience } from '../../tools/patience.ts'

// The tests of the code that is mutated, without those that take seconds.
const tests = [
  '{api,exchange,model,token}/**/*',
  'store/{bounded-store,shared-acquisition}',
  'credential/{credential-expiring,token-credential}',
  'cloud-partner-auth',
]

export default defineConfig({
  test: {
    ...patience,
    env: { MODEL_RUNS: '60', MODEL_SEED: '1' },
    exclude: ['packages/core/test/token/bad-days.test.ts'],
    include: tests.map(name => `packages/core/test/${name}.test.ts`),
  },
})
