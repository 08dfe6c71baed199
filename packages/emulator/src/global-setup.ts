import type { Emulator } from './emulator.ts'
import { startEmulator } from './start-emulator.ts'

// Jest in watch mode calls the set-up again before each run and offers it no end but the process's own.
let running: Emulator | undefined

/**
 * Starts an emulator before the tests and sets the variables that lead clients to it, for `globalSetup` of
 * Jest and Vitest, whose workers inherit the environment. Returns how to end it, which Vitest calls; it
 * keeps no process alive, so Jest needs no `globalTeardown`.
 *
 * @example
 * // vitest.config.ts: { test: { globalSetup: '@cloud-partner-auth/emulator/global-setup' } }
 * // jest.config.js: { globalSetup: '@cloud-partner-auth/emulator/global-setup' }
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  await running?.close()
  const emulator = await startEmulator()
  running = emulator
  emulator.unref()
  Object.assign(process.env, emulator.env)
  return () => emulator.close()
}
