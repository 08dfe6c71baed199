// Run by server.test.ts in a process of its own. Leaves requests, an open page and a fault's delay under
// way when the emulator is closed; the process ends by itself only if none of it stays.
import { once } from 'node:events'
import { get } from 'node:http'
import { startEmulator } from '../../src/index.ts'
import { freshToken, send } from '../requests.ts'

const emulator = await startEmulator()
const path = '/api/offerTypes?api-version=2017-10-31'
const token = await freshToken(emulator)
await (await send(emulator, token, path)).text()

const page = get(`${emulator.origin}/_emulator/events`).on('error', () => {})
await once(page, 'response')
emulator.faults.add({ type: 'hang', count: 1 })
emulator.faults.add({ type: 'slow', delay: 3_600_000 })
const unanswered = Promise.allSettled([send(emulator, token, path), send(emulator, token, path)])
while (emulator.requests.filter(({ body }) => body.complete).length < 3) {
  await new Promise(resolve => setImmediate(resolve))
}
await emulator.close()
await unanswered
console.log('closed')
