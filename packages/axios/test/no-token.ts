import { inspect } from 'node:util'
import { expect } from 'vitest'

/** Expects that no part of `value`, however deep, shows a token of the tests by JSON or by `util.inspect`. */
export function expectNoToken(value: unknown): void {
  const met = new WeakSet()
  const json = JSON.stringify(value, (_key, part) => {
    if (typeof part !== 'object' || part === null) return part
    if (met.has(part)) return undefined
    met.add(part)
    return part
  })
  const whole = Number.POSITIVE_INFINITY
  const inspected = inspect(value, { depth: whole, maxArrayLength: whole, maxStringLength: whole })
  expect(json).not.toContain('canary')
  expect(inspected).not.toContain('canary')
}
