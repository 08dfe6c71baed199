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
