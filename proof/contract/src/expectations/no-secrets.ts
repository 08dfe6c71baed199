import { inspect } from 'node:util'
import { expect } from 'vitest'

/** Expects that neither JSON nor `util.inspect` shows a secret, in any spelling, anywhere in `values`. */
export function expectNoSecrets(values: readonly unknown[], secrets: readonly string[]): void {
  const spellings = secrets.filter(secret => secret !== '').flatMap(spelled)
  for (const value of values) {
    for (const [how, text] of [
      ['JSON', asJson(value)],
      ['inspect', asInspected(value)],
    ] as const) {
      const at = spellings.map(spelling => text.indexOf(spelling)).find(at => at !== -1)
      // The message shows only the text before the secret: a failing test must not print a secret either.
      const before = at === undefined ? undefined : text.slice(Math.max(0, at - 120), at)
      expect(before, `a secret shows by ${how} of ${name(value)} behind this text`).toBeUndefined()
    }
  }
}

function spelled(secret: string): string[] {
  const form = new URLSearchParams({ s: secret }).toString().slice(2)
  return [secret, encodeURIComponent(secret), form]
}

/** JSON as loggers make it: an object that occurred before is left out, so circular references end. */
function asJson(value: unknown): string {
  const met = new WeakSet<object>()
  const json = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return String(part)
    if (typeof part !== 'object' || part === null) return part
    if (met.has(part)) return undefined
    met.add(part)
    return part
  })
  return json ?? ''
}

function asInspected(value: unknown): string {
  return inspect(value, {
    depth: Number.POSITIVE_INFINITY,
    maxStringLength: Number.POSITIVE_INFINITY,
    maxArrayLength: Number.POSITIVE_INFINITY,
    breakLength: Number.POSITIVE_INFINITY,
    showHidden: false,
  })
}

function name(value: unknown): string {
  return value instanceof Error ? `${value.name} (${value.message.slice(0, 80)})` : typeof value
}
