// node tools/setup.mjs tools/tasks.ts <task> [options of turbo]: runs the packages' tasks in the order of their dependencies.
// What turbo says of itself and of the list of packages is left out.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'

const missing = [
  ['redis-server', 'packages/redis', 'bash tools/install-redis.sh'],
  ['/usr/bin/chromium', "the emulator's page", 'bash tools/install-chromium.sh'],
] as const
for (const [program, what, how] of missing) {
  const isThere = program.startsWith('/')
    ? existsSync(program)
    : !spawnSync(program, ['--version']).error
  if (!isThere && process.argv[2] === 'test')
    console.log(
      `${program} is not there: the tests of ${what} that need it are skipped. "${how}" installs it (Debian, Ubuntu).`,
    )
}

const env = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  ...(process.stdout.isTTY && { FORCE_COLOR: '1' }),
}
const turbo = spawn('turbo', ['run', ...process.argv.slice(2), '--no-update-notifier'], {
  env,
  stdio: ['inherit', 'pipe', 'inherit'],
  shell: process.platform === 'win32',
})
for await (const line of createInterface({ input: turbo.stdout })) {
  if (!stripVTControlCharacters(line).trimStart().startsWith('• ')) console.log(line)
}
process.exitCode =
  turbo.exitCode ??
  (await new Promise<number>(resolve => turbo.on('close', code => resolve(code ?? 1))))
