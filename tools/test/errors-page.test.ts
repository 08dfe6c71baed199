import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { describe, expect, it } from 'vitest'
import { errorsPage } from '../docs/errors.ts'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/errors.md', root), 'utf8')
// Below the root, so that a snippet finds the packages as an app would.
const folder = new URL('node_modules/.cache/errors-page/', root)

describe('docs/errors.md', () => {
  it('is what "node tools/docs/errors.ts" makes of the tables', () => {
    expect(page).toBe(errorsPage())
  })

  it('has a snippet that runs as written and explains a 403, and a token that cannot be had', async () => {
    const [, code = ''] = /```js\n([\s\S]+?)\n```/.exec(page) ?? []
    mkdirSync(folder, { recursive: true })
    const file = new URL('snippet.mjs', folder)
    writeFileSync(file, code)
    const publishers = [{ id: 'contoso', apps: [] }]
    await using emulator = await startEmulator({ seed: { publishers } })
    try {
      const forbidden = await run(file.pathname, emulator.env)
      expect(forbidden).toContain('Object ID of the enterprise application')
      const wrong = await run(file.pathname, { ...emulator.env, AZURE_CLIENT_SECRET: 'wrong' })
      expect(wrong).toMatch(/^\[authority_refused\].*AADSTS7000215.*Use the client secret's value/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

function run(file: string, env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, [file], { env: { ...process.env, ...env } })
  let output = ''
  child.stdout.on('data', data => (output += data))
  child.stderr.on('data', data => (output += data))
  return new Promise(resolve => child.on('close', () => resolve(output)))
}
