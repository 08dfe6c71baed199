import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { expect, it } from 'vitest'

it('shows in its README a program that works', async () => {
  await using portal = await startEmulator()
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const readme = await readFile(`${cwd}README.md`, 'utf8')
  const [, program = ''] = /```js\n(.*?)```/s.exec(readme) ?? []
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      program.replace('https://cloudpartner.azure.com', portal.origin),
    ],
    { cwd, env: { ...portal.env } },
  )
  expect(stdout).toContain('microsoft-azure-virtualmachines')
  expect(portal.tokenRequests).toHaveLength(1)
})
