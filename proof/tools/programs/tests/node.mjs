// node:test, with an emulator of its own.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { cloudPartnerAuth, cloudPartnerFetch, cloudPartnerPortal } from '@cloud-partner-auth/fetch'

let emulator
before(async () => {
  emulator = await startEmulator()
  Object.assign(process.env, emulator.env)
})
after(() => emulator.close())

test('gets a token', async () => {
  const send = cloudPartnerFetch(cloudPartnerAuth())
  assert.equal((await send(`${cloudPartnerPortal.baseUrl}/api/offerTypes`)).status, 200)
})
