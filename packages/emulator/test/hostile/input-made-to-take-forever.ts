// Run by hostile-input.test.ts in a process of its own, which can be ended when it is stuck.
import { type Fault, startEmulator } from '../../src/index.ts'
import { redactor } from '../../src/traffic/redactor.ts'

await using emulator = await startEmulator()
const long = 'a'.repeat(14_000)

for (const path of [
  `/api/${'*a'.repeat(12)}*b`,
  `/api/${'*a'.repeat(5_000)}*b`,
  `/api${'*'.repeat(1_000_000)}b`,
  `/api/*${'a'.repeat(7_000)}b*`,
  `*${'/a*'.repeat(1_000)}/`,
]) {
  emulator.faults.add({ type: 'error', path })
  console.log((await fetch(`${emulator.origin}/api/${long}c`)).status)
  console.log((await fetch(`${emulator.origin}/api${'/a'.repeat(6_000)}b`)).status)
  emulator.faults.clear()
}

try {
  emulator.faults.add({ type: 'refuse', ['x'.repeat(4_000_000)]: 1 } as Fault)
} catch (error) {
  console.log(String(error).slice(0, 40))
}

const redact = redactor(() => [])
console.log(redact('eyJ-'.repeat(1_000_000)).length)
console.log(redact(`${'eyJa.'.repeat(1_000_000)}`))

const seed = {
  tenants: [{ apps: [{ certificates: ['-----BEGIN CERTIFICATE-----'.repeat(100_000)] }] }],
}
await startEmulator({ seed }).catch(error => console.log(error.message))
