import * as v from 'valibot'
import type { EmulatorOptions } from './emulator.ts'
import { checked } from './seed/checked.ts'
import { membersOf } from './seed/own-members.ts'
import type { Seed } from './seed/seed.ts'
import { checkedSeed } from './seed/seed-schema.ts'
import { strictObject } from './seed/strict-object.ts'

const flag = v.optional(v.boolean())

const schema = strictObject({
  port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))),
  host: v.optional(v.pipe(v.string(), v.nonEmpty('Expected a host name or an address.'))),
  seed: v.optional(v.unknown()),
  tls: flag,
  ownOrigins: flag,
  webhooksAnywhere: flag,
  clock: v.optional(v.unknown()),
})

/** Options as they are used, with every default. */
export interface CheckedOptions {
  readonly port: number
  readonly host: string
  readonly seed: Seed
  readonly tls: boolean
  readonly ownOrigins: boolean
  readonly webhooksAnywhere: boolean
  readonly clock: EmulatorOptions['clock']
}

/**
 * Options from code.
 *
 * @throws TypeError that names what is wrong, and for an unknown option the nearest known one.
 */
export function checkedOptions(options: EmulatorOptions): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('startEmulator() takes an object with options.')
  }
  const given = membersOf(options)
  const [seed, clock] = [given.get('seed'), given.get('clock')]
  const rest = Object.fromEntries(
    [...given].filter(([name]) => name !== 'seed' && name !== 'clock'),
  )
  if (clock !== undefined && typeof (clock as { now?: unknown }).now !== 'function') {
    throw new TypeError('The clock of startEmulator() needs a function now().')
  }
  const checkedRest = checked(
    schema,
    rest,
    'What startEmulator() was given',
  ) as Partial<CheckedOptions>
  const { port = 0, host = '127.0.0.1', tls = false } = checkedRest
  const { ownOrigins = false, webhooksAnywhere = false } = checkedRest
  return {
    port,
    host,
    seed: checkedSeed(seed ?? {}),
    tls,
    ownOrigins,
    webhooksAnywhere,
    clock: clock as EmulatorOptions['clock'],
  }
}
