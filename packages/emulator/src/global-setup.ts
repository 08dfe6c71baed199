import type { Emulator } from './emulator.ts'
import { startEmulator } from './start-emulator.ts'

// In watch mode Jest calls the set-up again before each run, and nothing after it.
let running: Emulator | undefined

/**
 * The `globalSetup` of Jest and Vitest: starts an emulator and sets the variables that lead clients to it,
 * which the workers inherit. Vitest calls the returned function at the end. Jest ends without: this emulator
 * keeps no process alive.
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
