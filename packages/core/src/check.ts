/** Throws a TypeError with `message` unless `sound`: for what a caller passes, when it is passed. */
export function check(sound: unknown, message: string): asserts sound {
  if (!sound) throw new TypeError(message)
}

export function checkText(value: unknown, name: string): asserts value is string {
  check(isText(value), `${name} must be a text that is not empty`)
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/**
 * A member of an object that a caller passed, its class's members included. What `Object.prototype` has is none: some
 * other package may have put it there.
 */
export function member<T extends object, Key extends keyof T>(
  object: T,
  key: Key,
): T[Key] | undefined {
  let owner: object | null = object
  while (owner && !Object.hasOwn(owner, key)) owner = Object.getPrototypeOf(owner)
  // Every realm has an Object.prototype of its own; it is the one that nothing stands behind.
  const isRoot = owner !== object && owner && Object.getPrototypeOf(owner) === null
  return owner && !isRoot ? object[key] : undefined
}

/** A prototype without members. (Behind `null` itself V8 keeps an object as a hash table, four times as large and slow.) */
const nothing: object = /* @__PURE__ */ Object.freeze(Object.create(null))

/**
 * The options in `given`, on an object that inherits nothing; `undefined` counts as absent. Throws a TypeError for what is
 * no object, and for an option that is not `known`, with the nearest one that is.
 *
 * @param what Whose options they are, for messages: `clientSecret`, or `apis[0]` of an object in a list.
 */
export function optionsOf<T extends object>(
  given: T,
  known: readonly (keyof T & string)[],
  what: string,
): T {
  const example = `{ ${known.slice(0, 3).join(', ')}${known.length > 3 ? ', …' : ''} }`
  check(
    typeof given === 'object' && given !== null && !Array.isArray(given),
    what.includes('[') // an object in a list
      ? `${what} must be an object, ${example}, and not ${shown(given)}`
      : `${what}() takes one object, ${what}(${example}), and not ${shown(given)}`,
  )
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || (known as readonly string[]).includes(name)) continue
    throw new TypeError(`${what} has no option "${name}"${meant(name, known)}`)
  }
  const options: T = Object.create(nothing)
  for (const name of known) {
    const value = member(given, name)
    if (value !== undefined) options[name] = value
  }
  return options
}

/**
 * Refuses what stands behind the last argument of `call`: options that are none would be ignored. (A number is the index
 * that `Array.map()` passes.) `instead` says where they belong.
 */
export function checkNoOptions(given: unknown, call: string, instead: string): void {
  const [name] = typeof given === 'object' && given !== null ? Object.keys(given) : []
  check(
    given === undefined || typeof given === 'number',
    `${call} takes no options, and not ${name === undefined ? shown(given) : `"${name}"`}: ${instead}`,
  )
}

/** A copy of what `object` itself has: nothing that `Object.prototype` has is seen through it, as in a spread. */
export function bare<T extends object>(object: T): T {
  return Object.assign(Object.create(nothing), object)
}

/** What kind of thing was passed; never its value, which may be a secret. */
export function shown(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'function') return `the function ${value.name || 'without a name'}`
  if (typeof value !== 'object') return value === undefined ? 'undefined' : `a ${typeof value}`
  const made = Object.getPrototypeOf(value)?.constructor
  return typeof made === 'function' && made.name && made.name !== 'Object'
    ? `an object of the class ${made.name}`
    : 'an object'
}

/** The end of a sentence about an unknown name: which one may have been meant. */
function meant(name: string, known: readonly string[]): string {
  const lower = name.toLowerCase()
  const [nearest, distance] = known
    .map(one => [one, distanceOf(lower, one.toLowerCase())] as const)
    .reduce((best, one) => (one[1] < best[1] ? one : best), ['', Number.POSITIVE_INFINITY])
  const isPart = (one: string) => one.startsWith(lower) || lower.endsWith(one)
  const close =
    distance <= Math.max(2, name.length / 3)
      ? nearest
      : known.find(one => isPart(one.toLowerCase()))
  return close ? `: did you mean ${close}?` : `. It has ${known.join(', ')}`
}

/** How many characters to insert, delete or replace (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (let at = 1; at <= other.length; at++) {
      const replaced = (row[at - 1] ?? 0) + (other[at - 1] === letter ? 0 : 1)
      next.push(Math.min(replaced, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
