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
  for (const text of [json, inspected]) {
    const at = text.indexOf('canary')
    expect(at === -1 ? '' : text.slice(Math.max(0, at - 160), at + 8)).toBe('')
  }
}

/** The same of an error and of what it carries, enumerable or not. */
export function expectNoTokenAround(error: unknown): void {
  const { options, request, response } = error as Record<string, unknown>
  for (const part of [error, options, request, response]) if (part) expectNoToken(part)
}
