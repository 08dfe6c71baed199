import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Builds what has changed since the last build. What there is to say goes to stderr; a build that fails ends the process. */
export function build(): void {
  const { status, error } = spawnSync(
    'turbo',
    ['run', 'build', '--output-logs=errors-only', '--no-update-notifier'],
    { cwd: fileURLToPath(new URL('../', import.meta.url)), stdio: ['ignore', 2, 2] },
  )
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}
