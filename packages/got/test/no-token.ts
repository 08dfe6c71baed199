import { inspect } from 'node:util'
import { expect } from 'vitest'

/** Expects that no part of `value`, however deep, shows a token of the tests by JSON or by `util.inspect`. */
export function expectNoToken(value: unknown): void {
  expect(shownTokens(value)).toEqual([])
}

/** The same of an error and of what it carries, enumerable or not. */
export function expectNoTokenAround(error: unknown): void {
  const { options, request, response } = error as Record<string, unknown>
  for (const part of [error, options, request, response]) if (part) expectNoToken(part)
}

/** Where a token of the tests shows in `value`: a piece of what JSON and `util.inspect` make of it, for each of them. */
export function shownTokens(value: unknown): string[] {
  const all = Number.POSITIVE_INFINITY
  const whole = { showHidden: true, depth: all, maxArrayLength: all, maxStringLength: all }
  const asUncaught = { depth: 5, customInspect: false } // as Node prints an error that nobody catches
  const ways = [() => json(value), () => inspect(value, whole), () => inspect(value, asUncaught)]
  return ways.flatMap(way => {
    const text = unlessUnbound(way)
    const at = text.indexOf('canary')
    return at === -1 ? [] : [text.slice(Math.max(0, at - 160), at + 8)]
  })
}

function json(value: unknown): string {
  const met = new WeakSet()
  const text = JSON.stringify(value, (_key, part) => {
    if (typeof part === 'bigint') return `${part}`
    if (typeof part !== 'object' || part === null) return part
    if (met.has(part)) return undefined
    met.add(part)
    return part
  })
  return text ?? ''
}

/** Node's own socket of an HTTP/2 session that has ended throws when it is looked at, and so shows nothing. */
function unlessUnbound(way: () => string): string {
  try {
    return way()
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_HTTP2_SOCKET_UNBOUND') return ''
    throw error
  }
}
