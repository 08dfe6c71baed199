import { expect, it } from 'vitest'
import { bundleSize } from '../../proof/benchmarks/measure/bundle-size.ts'

it('keeps the bundle of every adapter within its budget, and MSAL out of bundles for edge runtimes and browsers', async () => {
  const { findings } = await bundleSize()
  const enforced = findings.filter(({ promise }) => /^Bundle/.test(promise))
  expect(enforced.length).toBeGreaterThan(6)
  expect(enforced.filter(({ held }) => !held)).toEqual([])
})
