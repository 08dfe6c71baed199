import { check } from '../check.ts'

/** Checks the `fetch` option of a credential. */
export function checkedFetch(
  fetch: typeof globalThis.fetch | undefined,
): typeof globalThis.fetch | undefined {
  check(
    fetch === undefined || typeof fetch === 'function',
    'fetch must be a function, such as the global one',
  )
  return fetch
}
