/** Throws a TypeError with `message` unless `sound`: for what a caller passes, when it is passed. */
export function check(sound: unknown, message: string): asserts sound {
  if (!sound) throw new TypeError(message)
}
