// Packs the packages and tries them in the tools that projects have: `npm run proof -- tools`. The whole writes its table
// into docs/compatibility.md. `--slice` is the part that each change is checked with.
import { parseArgs } from 'node:util'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { app, packed, tools } from './app.ts'
import { clients, loading } from './loading.ts'
import { outcomes } from './trial.ts'
import { types } from './types.ts'

const { values } = parseArgs({ options: { slice: { type: 'boolean' } } })

const emulator = await startEmulator()
try {
  const tarballs = await packed()
  const installed = await app('app', [...Object.values(tarballs), ...clients, '@types/node@24'])
  const typescripts = await tools('typescripts')
  const current = { node: process.execPath, named: process.versions.node, env: emulator.env }
  const done = await outcomes([
    ...loading(installed, current),
    ...types(installed, typescripts, ['5.4', '7']),
  ])
  const failed = done.filter(({ held }) => !held).length
  console.log(`tools: ${done.length - failed} of ${done.length} held`)
  process.exitCode = failed > 0 ? 1 : 0
} finally {
  await emulator.close()
}
