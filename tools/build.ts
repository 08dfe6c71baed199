import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))

/** Builds what has changed since the last build. A build that fails says why on stderr and ends the process. */
export function build(): void {
  if (!existsSync(`${root}packages/core/dist`)) console.error('Building (once, some seconds)…')
  const args = ['run', 'build', '--output-logs=errors-only', '--no-update-notifier']
  const { status, error, stdout, stderr } = spawnSync('turbo', args, {
    cwd: root,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  })
  if (error) throw error
  if (status === 0) return
  process.stderr.write(stdout)
  process.stderr.write(stderr)
  process.exit(status ?? 1)
}
