import { expect, it } from 'vitest'
import { bundleSize } from '../../proof/benchmarks/measure/bundle-size.ts'

it('keeps the bundle of every adapter within its budget', async () => {
  const { findings } = await bundleSize()
  expect(findings.length).toBeGreaterThan(3)
  expect(findings.filter(({ held }) => !held)).toEqual([])
})
