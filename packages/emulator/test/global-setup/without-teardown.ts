// Run by global-setup.test.ts in a process of its own: what Jest does, which calls the set-up again in watch
// mode and never what it returns. The process ends by itself only if the emulator does not hold it.
import globalSetup from '@cloud-partner-auth/emulator/global-setup'

await globalSetup()
const first = String(process.env['CLOUD_PARTNER_EMULATOR'])
console.log((await fetch(first)).status)
await globalSetup()
console.log(await fetch(first).catch(() => 'closed'))
console.log((await fetch(String(process.env['CLOUD_PARTNER_EMULATOR']))).status)
