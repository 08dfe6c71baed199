/**
 * Runs a test of a time-out with longer and longer time-outs, until one was long enough for what has to happen before it.
 * On a busy machine a short one may end too early to show anything. `attempt` resolves with `undefined` when it did.
 *
 * @param span the first time-out, in milliseconds
 */
export async function longEnough<T>(
  span: number,
  attempt: (span: number) => Promise<T | undefined>,
): Promise<T> {
  for (let longer = span; longer < 60_000; longer *= 2) {
    const shown = await attempt(longer)
    if (shown !== undefined) return shown
  }
  throw new Error('no time-out was long enough')
}
