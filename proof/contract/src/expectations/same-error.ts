import { expect } from 'vitest'

/** Expects that a caller cannot tell `ours` from the error of the client alone. */
export function expectSameError(ours: unknown, bare: unknown): void {
  expect({ ...shape(ours), properties: properties(ours) }).toEqual({
    ...shape(bare),
    properties: properties(bare),
  })
}

/** The same where `ours` ended before anything was sent, so that it has no request to tell of. */
export function expectSameErrorUnsent(ours: unknown, bare: unknown): void {
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
    ...(cause instanceof Error && { cause: shape(cause) }),
  }
}

/** Those that are hidden too: an adapter hides what would show the token. */
function properties(thrown: unknown): string[] {
  return thrown instanceof Error ? Object.getOwnPropertyNames(thrown).sort() : []
}
