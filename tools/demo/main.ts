// npm run demo: the examples against the emulator, or with --live against the real service.
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { build } from '../build.ts'
import { names } from './examples.ts'

const usage = `Usage: npm run demo -- [options]

Starts an Entra authority and six publisher APIs on loopback, runs the examples (${names.join(', ')}) against
them, calls each API, and shows what was sent. Exits with 0 if everything was as promised, else with 1.

  --faults FILE  a fault script for the emulator (JSON, see packages/emulator/README.md): watch what happens
  --live         call the real service with AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET instead
  --help         this text`

const { values } = options()
if (values.help) {
  console.log(usage)
} else if (values.live) {
  build()
  const { live } = await import('./live.ts')
  process.exitCode = await live()
} else {
  build()
  // A process of its own: Node reads its proxy settings once, when it starts.
  const ours = Object.entries(process.env).filter(
    ([name]) => !/^(AZURE_.*|CLOUD_PARTNER_.*|.*_PROXY|NODE_USE_ENV_PROXY)$/i.test(name),
  )
  const emulated = new URL('./emulated.ts', import.meta.url).pathname
  const args = values.faults === undefined ? [emulated] : [emulated, values.faults]
  const run = spawnSync(process.execPath, args, { env: Object.fromEntries(ours), stdio: 'inherit' })
  process.exitCode = run.status ?? 1
}

function options() {
  try {
    return parseArgs({
      options: {
        faults: { type: 'string' },
        live: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`)
    process.exit(2)
  }
}
