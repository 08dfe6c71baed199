import { startEmulator } from '@cloud-partner-auth/emulator'
import globalSetup from '@cloud-partner-auth/emulator/global-setup'

export async function statuses(): Promise<number[]> {
  const emulator = await startEmulator({ port: 0 })
  emulator.faults.add({ type: 'throttle', retryAfter: 1, count: 1 })
  // @ts-expect-error: there is no such fault, and it is not any
  emulator.faults.add({ type: 'flood' })
  await emulator.close()
  return emulator.requests.map(({ status }) => status)
}
export const end: Promise<() => Promise<void>> = globalSetup()
