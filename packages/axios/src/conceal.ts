const shown = ['toJSON', Symbol.for('nodejs.util.inspect.custom')]

/**
 * Has JSON and `util.inspect` show nothing of `object`, or nothing while `holds()`. It stays what it is for whoever asks.
 */
export function conceal(object: unknown, holds: () => boolean = () => true): void {
  if (isConcealed(object)) return
  const value = () => (holds() ? '[redacted]' : object) // inspect and JSON go on with what they get
  for (const name of shown)
    Reflect.defineProperty(Object(object), name, { value, configurable: true })
}

export function isConcealed(object: unknown): boolean {
  return Object.hasOwn(Object(object), 'toJSON')
}

/**
 * Has no inspection show what `object` holds by `key`: it looks at accessors without calling them. Node prints an error
 * that nobody catches without asking objects how they want to be shown.
 */
export function veil(object: unknown, key: PropertyKey): void {
  const property = Reflect.getOwnPropertyDescriptor(Object(object), key)
  if (!property?.configurable || property.get) return
  let { value } = property
  Reflect.defineProperty(Object(object), key, {
    get: () => value,
    set(given) {
      value = given
    },
    enumerable: property.enumerable === true,
    configurable: true,
  })
}
