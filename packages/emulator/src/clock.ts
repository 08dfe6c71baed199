/** The time the emulator lives in: lifetimes, expiry and progress are all judged by it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Moves the time by so many milliseconds; a negative number moves it back. */
  advance(ms: number): void
  /** Lets the time run so many times faster than its base from now on; 0 stops it. */
  speed(factor: number): void
  /** Sets the time back to that of its base, at normal speed. */
  reset(): void
  /** How many times faster than its base the time runs. */
  readonly factor: number
}

/**
 * A clock that runs with `base` (the machine's time when none is given) until it is moved.
 * The base is read at each use, so a test that replaces `Date` moves the emulator too.
 */
export function emulatorClock(base: { now(): number } = { now: () => Date.now() }): Clock {
  let factor = 1
  // When the present speed began, in real and in emulated time.
  let real = base.now()
  let emulated = real
  const now = () => emulated + (base.now() - real) * factor

  function join(at: number): void {
    emulated = at
    real = base.now()
  }

  return {
    now: () => Math.floor(now()),
    get factor() {
      return factor
    },
    advance(ms) {
      if (!Number.isFinite(ms)) throw new TypeError('clock.advance() takes milliseconds.')
      join(now() + ms)
    },
    reset() {
      factor = 1
      join(base.now())
    },
    speed(wanted) {
      if (!(wanted >= 0 && wanted <= 1e6)) throw new TypeError('clock.speed() takes 0 or more.')
      join(now())
      factor = wanted
    },
  }
}
