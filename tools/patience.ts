/** For vitest's configs: how long a test may take on a busy machine. What must be quick is counted, never timed. */
export const patience = {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
}
