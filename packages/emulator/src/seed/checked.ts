import { type BaseIssue, type BaseSchema, safeParse } from 'valibot'
import { nearest } from './nearest.ts'
import { ownMembers } from './own-members.ts'

type Schema = BaseSchema<unknown, unknown, BaseIssue<unknown>>

/**
 * What a schema makes of a value that people wrote. What `Object.prototype` has counts as absent, in the
 * value and in what is returned.
 *
 * @throws TypeError that names each place, and for an unknown member the nearest known one.
 */
export function checked<Output>(
  schema: BaseSchema<unknown, Output, BaseIssue<unknown>>,
  value: unknown,
  name: string,
): Output {
  const result = safeParse(schema, ownMembers(value))
  if (result.success) return ownMembers(result.output) as Output
  const problems = result.issues.map(issue => problem(schema, issue))
  throw new TypeError(`${name} cannot be used. ${problems.join(' ')}`)
}

function problem(schema: Schema, issue: BaseIssue<unknown>): string {
  const keys = (issue.path ?? []).map(({ key }) => key)
  const place = written(keys)
  if (issue.type !== 'strict_object') return place ? `${place}: ${issue.message}` : issue.message
  // The messages of valibot show the value, which may be a secret that was misplaced.
  if (issue.expected !== 'never') return place ? `${place} is missing.` : 'Expected an object.'
  const known = membersAt([schema], keys.slice(0, -1))
  const near = nearest(String(keys.at(-1)), known)
  if (near !== undefined) return `${place} is not known; did you mean ${near}?`
  return `${place} is not known; there are ${known.join(', ')}.`
}

// As code has it: `publishers[0].id`.
function written(keys: readonly unknown[]): string {
  return keys
    .map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '')
}

/** The members that a schema knows at a place. */
function membersAt(schemas: readonly Schema[], keys: readonly unknown[]): string[] {
  const flat = schemas.flatMap(unwrapped)
  const [key, ...rest] = keys
  if (keys.length === 0)
    return [...new Set(flat.flatMap(({ entries = {} }) => Object.keys(entries)))]
  const below = flat.flatMap(({ entries, item }) =>
    typeof key === 'number' ? (item ?? []) : (entries?.[String(key)] ?? []),
  )
  return membersAt(below, rest)
}

/** The parts of valibot's schemas that lead to what they describe. */
interface Parts {
  readonly entries?: Readonly<Record<string, Schema>>
  readonly item?: Schema
  readonly wrapped?: Schema
  readonly pipe?: readonly Schema[]
  readonly options?: readonly Schema[]
}

function unwrapped(schema: Schema): Parts[] {
  const parts = schema as Parts
  const inner = [parts.wrapped ?? [], parts.pipe?.slice(1) ?? [], parts.options ?? []].flat()
  return [parts, ...inner.flatMap(unwrapped)]
}
