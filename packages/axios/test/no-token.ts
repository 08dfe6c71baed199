import { inspect } from 'node:util'
import { expect } from 'vitest'

/** Expects that no part of `value`, however deep, shows a token of the tests by JSON or by `util.inspect`. */
export function expectNoToken(value: unknown, { hidden = false } = {}): void {
  const whole = Number.POSITIVE_INFINITY
  const options = { depth: whole, maxArrayLength: whole, maxStringLength: whole }
  expectNone(asJson(value))
  expectNone(inspect(value, options))
  // As Node prints an error that nobody catches.
  expectNone(inspect(value, { ...options, customInspect: false }))
  if (hidden) expectNone(inspect(value, { ...options, showHidden: true }))
}

function asJson(value: unknown): string {
  const met = new WeakSet()
  const json = JSON.stringify(value, (_key, part) => {
    if (typeof part === 'bigint') return String(part)
    if (typeof part !== 'object' || part === null) return part
    if (met.has(part)) return undefined
    met.add(part)
    return part
  })
  return json ?? ''
}

/** Fails with what stands around the first token. */
function expectNone(text: string): void {
  const at = text.indexOf('canary')
  expect(at === -1 ? '' : text.slice(Math.max(0, at - 200), at + 20)).toBe('')
}
