import { expect } from 'vitest'

/** Expects that a caller cannot tell `ours` from the error of the client alone. */
export function expectSameError(ours: unknown, bare: unknown): void {
  expect({ ...shape(ours), properties: properties(ours) }).toEqual({
    ...shape(bare),
    properties: properties(bare),
  })
}

/** The same for an error of a request that was never sent, so `ours` has no request to describe. */
export function expectSameErrorUnsent(ours: unknown, bare: unknown): void {
  expect(shape(ours)).toEqual(shape(bare))
}

/** The parts of an error that callers look at, without the server's port and the version parameter, which differ. */
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

/** All property names, non-enumerable ones included: an adapter makes what would show the token non-enumerable. */
function properties(thrown: unknown): string[] {
  return thrown instanceof Error ? Object.getOwnPropertyNames(thrown).sort() : []
}
