import * as v from 'valibot'
import { apiNames } from '../api/api-name.ts'
import { checked } from '../seed/checked.ts'
import { nearest } from '../seed/nearest.ts'
import { strictObject } from '../seed/strict-object.ts'
import type { Fault } from './fault.ts'

const whole = v.pipe(v.number(), v.integer(), v.minValue(0))
const span = v.pipe(v.number(), v.finite(), v.minValue(0))
const status = v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599))
const retryAfter = v.optional(v.union([v.pipe(v.number(), v.minValue(0)), v.string()]))
const scope = {
  on: v.optional(v.picklist([...apiNames, 'apis', 'authority', 'managed-identity'])),
  path: v.optional(v.pipe(v.string(), v.regex(/^[/*]/, 'A path starts with "/" or "*".'))),
  method: v.optional(v.string()),
  after: v.optional(whole),
  count: v.optional(v.pipe(whole, v.minValue(1))),
  delay: v.optional(span),
}

const effects = v.variant(
  'type',
  [
    strictObject({
      ...scope,
      type: v.picklist(['refuse', 'revoke', 'reset', 'half-body', 'hang', 'same-token']),
    }),
    strictObject({
      ...scope,
      type: v.literal('claims-challenge'),
      claims: v.optional(v.record(v.string(), v.unknown())),
    }),
    strictObject({ ...scope, type: v.literal('throttle'), retryAfter }),
    strictObject({ ...scope, type: v.literal('error'), status: v.optional(status), retryAfter }),
    strictObject({ ...scope, type: v.literal('slow'), delay: span }),
    strictObject({ ...scope, type: v.literal('html'), status: v.optional(status) }),
    strictObject({ ...scope, type: v.literal('skew'), by: v.pipe(v.number(), v.finite()) }),
    strictObject({ ...scope, type: v.literal('expire-early'), lifetime: span }),
    strictObject({
      ...scope,
      type: v.literal('redirect'),
      to: v.pipe(
        v.string(),
        v.check(
          to => ['same-host', 'other-host', 'http'].includes(to) || URL.canParse(to),
          'Expected "same-host", "other-host", "http" or an absolute URL.',
        ),
      ),
      status: v.optional(v.picklist([301, 302, 303, 307, 308])),
    }),
    strictObject({
      ...scope,
      type: v.literal('answer'),
      status: v.optional(status),
      headers: v.optional(v.record(v.string(), v.string())),
      body: v.optional(v.unknown()),
    }),
  ],
  ({ input }) => unknownType(input),
)

const types = [...new Set(effects.options.flatMap(({ entries }) => typesOf(entries.type)))]

function typesOf(type: { readonly literal: string } | { readonly options: readonly string[] }) {
  return 'literal' in type ? [type.literal] : type.options
}

function unknownType(given: unknown): string {
  if (typeof given !== 'string') return `A fault has a type: one of ${types.join(', ')}.`
  const near = nearest(given, types)
  if (near !== undefined) return `There is no fault ${given}; did you mean ${near}?`
  return `There is no such fault; there are ${types.join(', ')}.`
}

/**
 * Checks a fault, whether it comes from code, from a file or from the page.
 *
 * @throws TypeError that names what is wrong with it.
 */
export function checkedFault(value: unknown, name = 'The fault'): Fault {
  return checked(effects, value, name) as Fault
}

/**
 * Checks the faults of a file.
 *
 * @throws TypeError that names what is wrong with them.
 */
export function checkedFaults(value: unknown, name = 'The faults'): Fault[] {
  return checked(v.array(effects), value, name) as Fault[]
}
