import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
// Below the root, so that a snippet finds the packages as an app would.
const folder = new URL('node_modules/.cache/credentials-page/', root)
beforeAll(() => mkdirSync(folder, { recursive: true }))
afterAll(() => rmSync(folder, { recursive: true }))

const snippets = readFileSync(new URL('docs/credentials.md', root), 'utf8')
  .split('```js\n')
  .slice(1)
  .map((rest, index) => ({ index, code: rest.split('\n```')[0] as string }))

describe('docs/credentials.md', () => {
  it('has snippets', () => {
    expect(snippets.length).toBeGreaterThan(1)
  })

  it.each(snippets)('has snippet $index run as written', async ({ index, code }) => {
    const file = new URL(`${index}.mjs`, folder)
    writeFileSync(file, code)
    const env = {
      ...process.env,
      AZURE_TENANT_ID: 'contoso.com',
      AZURE_CLIENT_ID: '66666666-7777-8888-9999-000000000000',
    }
    const child = spawn(process.execPath, [file.pathname], { env })
    let output = ''
    child.stderr.on('data', data => (output += data))
    const status = await new Promise(resolve => child.on('close', resolve))
    expect(output).toBe('')
    expect(status).toBe(0)
  })
})
