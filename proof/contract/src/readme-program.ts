import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { expect, test } from 'vitest'

/** Tests that the first program in the README of the package in `folder` works as it stands, against the emulator. */
export function readmeProgram(folder: URL): void {
  test('shows in its README a program that works', async () => {
    await using portal = await startEmulator()
    const cwd = fileURLToPath(folder)
    const readme = await readFile(new URL('README.md', folder), 'utf8')
    const [, written = ''] = /```js\n(.*?)```/s.exec(readme) ?? []
    const program = written.replace('https://cloudpartner.azure.com', portal.origin)
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { cwd, env: { ...portal.env } },
    )
    expect(stdout).toContain('microsoft-azure-virtualmachines')
    expect(portal.tokenRequests).toHaveLength(1)
  })
}
