import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readmePage } from '../docs/readme.ts'
import { packagesIn } from '../packages.ts'

const root = new URL('../../', import.meta.url)
// Below the root, so that a snippet finds the packages as an app would.
const folder = new URL('node_modules/.cache/readme/', root)

const snippets = readFileSync(new URL('README.md', root), 'utf8')
  .split('```js\n')
  .slice(1)
  .map(rest => rest.split('\n```')[0] as string)
  .map(code => ({ code, title: code.match(/@cloud-partner-auth\/\w+/)?.[0] ?? code.slice(0, 30) }))

let emulator: Awaited<ReturnType<typeof startEmulator>>
beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  emulator = await startEmulator()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await emulator.close()
})

describe('the README', () => {
  it('has a snippet for each client that there is an example for, one for any API and one for the credentials', () => {
    const clients = packagesIn('examples').map(({ name }) => name)
    expect(snippets.map(({ title }) => title.split('/')[1]).sort()).toEqual(
      [...clients, 'core', 'core'].sort(),
    )
  })

  it('has the table of packages that "node tools/docs/readme.ts" makes', () => {
    expect(readFileSync(new URL('README.md', root), 'utf8')).toBe(readmePage())
  })

  it.each(snippets)('runs as written: $title', async ({ code, title }) => {
    const file = new URL(`${title.split('/')[1]}.mjs`, folder)
    writeFileSync(file, code)
    const { status, output } = await run(file.pathname)
    expect(output).not.toMatch(/error|warn/i)
    expect(status).toBe(0)
    if (!title.endsWith('core')) {
      expect(output).not.toBe('')
      expect(emulator.requests.at(-1)).toMatchObject({
        status: 200,
        apiVersion: '2016-08-01-preview',
      })
    }
  })
})

function run(file: string): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [file], { env: { ...process.env, ...emulator.env } })
  let output = ''
  child.stdout.on('data', data => (output += data))
  child.stderr.on('data', data => (output += data))
  return new Promise(resolve => child.on('close', status => resolve({ status, output })))
}
