import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const folder = fileURLToPath(new URL('global-setup', import.meta.url))
const vitest = join(
  dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
)

/** Runs a script to its end; one that does not end by itself is ended, which is a failure. */
async function printedBy(...args: readonly string[]): Promise<string> {
  const options = { cwd: folder, timeout: 50_000, env: { ...process.env, NO_COLOR: '1' } }
  return (await promisify(execFile)(process.execPath, args, options)).stdout
}

describe('the global set-up', () => {
  it('gives the variables to the workers of Vitest', async () => {
    expect(await printedBy(vitest, 'run', '--pool', 'forks')).toMatch(/Tests +1 passed/)
    expect(await printedBy(vitest, 'run', '--pool', 'threads')).toMatch(/Tests +1 passed/)
  })

  it('keeps no process alive, and replaces the emulator of the run before', async () => {
    expect(await printedBy(join(folder, 'without-teardown.ts'))).toBe('200\nclosed\n200\n')
  })
})
