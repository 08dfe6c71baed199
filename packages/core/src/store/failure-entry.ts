import { aged, memoryOf, type SharedFailures } from './shared-failure.ts'
import type { StoredValue } from './token-store.ts'

// A store may round what is left of a lifetime up.
const rounding = 1_000

/** Where the failures lie that belong to the token of this key. */
export function failureKey(key: string): string {
  return `${key}-failure`
}

/**
 * Failures as they are stored: `{"key":"…-failure","lifetime":70000,"salt":"…","failures":[…]}`. As in a token's entry,
 * every time is a span, and only the store's clock says how long ago it was written.
 */
export function failureEntry(
  key: string,
  { salt, list }: SharedFailures,
): { readonly value: string; readonly lifetime: number } {
  const lifetime = Math.max(1, ...list.map(one => memoryOf(one) - one.ago))
  return { value: JSON.stringify({ key, lifetime, salt, failures: list }), lifetime }
}

/** The failures of an entry; `undefined` for one that {@link failureEntry} did not make for this key. */
export function storedFailures(key: string, stored: StoredValue): SharedFailures | undefined {
  try {
    const entry = JSON.parse(stored.value)
    const { lifetime, salt, failures } = entry
    if (entry.key !== key || typeof salt !== 'string' || !isSpan(lifetime)) return undefined
    if (!Array.isArray(failures) || !failures.every(isFailure)) return undefined
    const age = lifetime - stored.lifetime
    return age >= -rounding ? aged({ salt, list: failures }, Math.max(0, age)) : undefined
  } catch {
    return undefined // no JSON, or null
  }
}

/** Nobody believes more of it than that: an unencrypted store can be written by others. */
function isFailure(value: unknown): boolean {
  const failure = fieldsOf(value)
  const { code, message, status, aadsts, oauthError, correlationId, traceId } = fieldsOf(
    failure['error'],
  )
  const { proof, tries, since, ago, retryAfter } = failure
  return (
    (proof === undefined || typeof proof === 'string') &&
    codes.includes(code) &&
    (proof !== undefined) === (code === 'authority_refused') &&
    typeof message === 'string' &&
    /^\P{Cc}{1,2000}$/u.test(message) &&
    [since, ago].every(isSpan) &&
    [tries, status, aadsts, retryAfter].every(number => number === undefined || isSpan(number)) &&
    Number(tries) >= 1 &&
    [oauthError, correlationId, traceId].every(
      name => name === undefined || /^[\w.:-]{1,100}$/.test(String(name)),
    )
  )
}

const codes: readonly unknown[] = [
  'authority_unreachable',
  'authority_unavailable',
  'authority_refused',
  'authority_answer_invalid',
  'acquisition_timed_out',
]

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function isSpan(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
