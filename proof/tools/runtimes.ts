import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { run } from './app.ts'
import type { Trial } from './trial.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
let printed: Promise<string> | undefined

/** The part `runtimes` of the proof: core, fetch and ky. */
export const runtimes: readonly Trial[] = ['Bun', 'Deno', 'workerd'].map(name => ({
  group: 'Runtimes',
  name,
  async run() {
    printed ??= run(process.execPath, ['proof/runtimes/run.mjs'], { cwd: root })
    assert.match(await printed, new RegExp(`^${name}: passed$`, 'im'))
    return 'core with tokenEndpoint(), fetch and ky'
  },
}))
