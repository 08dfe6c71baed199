/** The time the emulator lives in: lifetimes, expiry and progress are all judged by it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Moves the time by so many milliseconds; a negative number moves it back. */
  advance(ms: number): void
}

/**
 * A clock that runs with `base` (the machine's time when none is given) until it is moved.
 * The base is read at each use, so a test that replaces `Date` moves the emulator too.
 */
export function emulatorClock(base: { now(): number } = { now: () => Date.now() }): Clock {
  let offset = 0
  return {
    now: () => base.now() + offset,
    advance(ms) {
      if (!Number.isFinite(ms)) throw new TypeError('clock.advance() takes milliseconds')
      offset += ms
    },
  }
}
