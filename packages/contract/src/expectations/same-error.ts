import { expect } from 'vitest'

/** Expects that a caller cannot tell `ours` from the error of the client alone. */
export function expectSameError(ours: unknown, bare: unknown): void {
  expect(shape(ours)).toEqual(shape(bare))
}

/** What callers look at in an error. The servers' ports and the version parameter differ between two runs. */
function shape(thrown: unknown): object {
  if (!(thrown instanceof Error)) return { thrown: String(thrown) }
  const { name, message, code, cause } = thrown as Error & { code?: unknown }
  return {
    class: thrown.constructor.name,
    name,
    code,
    message: message
      .replaceAll(/(127\.0\.0\.1|localhost):\d+/g, '$1')
      .replaceAll(/[?&]api-version=[^&\s#]*/g, ''),
    properties: Object.keys(thrown).sort(),
    ...(cause instanceof Error && { cause: shape(cause) }),
  }
}
