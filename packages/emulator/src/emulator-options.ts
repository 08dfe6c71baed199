import * as v from 'valibot'
import type { EmulatorOptions } from './emulator.ts'
import { checked } from './seed/checked.ts'
import { isRootPrototype } from './seed/own-members.ts'
import type { Seed } from './seed/seed.ts'
import { checkedSeed } from './seed/seed-schema.ts'

const flag = v.optional(v.boolean())

const schema = v.strictObject({
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
  // Not copied with the rest: these have checks of their own, and a clock is to be asked and not copied.
  const { seed, clock, ...rest } = {
    ...options,
    seed: own(options, 'seed'),
    clock: own(options, 'clock'),
  }
  if (clock !== undefined && typeof (clock as { now?: unknown }).now !== 'function') {
    throw new TypeError('The clock of startEmulator() needs a function now().')
  }
  const given = checked(schema, rest, 'What startEmulator() was given') as Partial<CheckedOptions>
  const { port = 0, host = '127.0.0.1', tls = false } = given
  const { ownOrigins = false, webhooksAnywhere = false } = given
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

// What Object.prototype has is no option.
function own(options: object, name: string): unknown {
  for (
    let owner = options;
    owner && !isRootPrototype(owner);
    owner = Object.getPrototypeOf(owner)
  ) {
    if (Object.hasOwn(owner, name)) return (options as Record<string, unknown>)[name]
  }
  return undefined
}
