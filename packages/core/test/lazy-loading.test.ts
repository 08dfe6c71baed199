import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { scriptedAuthority } from './fixtures/scripted-authority.ts'

const script = fileURLToPath(new URL('fixtures/loaded-modules.mjs', import.meta.url))
const body = { token_type: 'Bearer', expires_in: 3599, access_token: 'eyJ' }
const dist = new URL('../dist/', import.meta.url).href

describe.each(['import', 'require'])('core, taken in by %s', how => {
  it('loads nothing but its own files before a token is first acquired', async () => {
    const { before } = await loadedBy(how, 'clientSecret')
    expect(before.length).toBeGreaterThan(0)
    expect(before.filter(url => !url.startsWith(dist) && !url.startsWith('node:'))).toEqual([])
  })

  it('loads MSAL for the first token of clientSecret()', async () => {
    const { after } = await loadedBy(how, 'clientSecret')
    expect(after.some(isMsal)).toBe(true)
  })

  it('never loads MSAL for tokenEndpoint()', async () => {
    const { after } = await loadedBy(how, 'tokenEndpoint')
    expect(after.filter(isMsal)).toEqual([])
    expect(after.filter(url => !url.startsWith(dist) && !url.startsWith('node:'))).toEqual([])
  })
})

describe('the CommonJS build, where scripts have no import() as in Jest', () => {
  it.each(['clientSecret', 'tokenEndpoint'])('gets a token with %s()', async factory => {
    await using authority = await scriptedAuthority({ body })
    const script = fileURLToPath(new URL('fixtures/without-import.cjs', import.meta.url))
    const run = promisify(execFile)
    const { stdout } = await run(process.execPath, [script, factory, authority.origin], { env: {} })
    expect(stdout).toBe('a token')
  })
})

function isMsal(url: string): boolean {
  return url.includes('/@azure/msal')
}

async function loadedBy(how: string, factory: string) {
  await using authority = await scriptedAuthority({ body })
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [script, how, factory, authority.origin],
    { env: {} },
  )
  expect(stderr).toBe('')
  expect(authority.received).toHaveLength(1)
  return JSON.parse(stdout) as { before: string[]; after: string[] } // what the script prints
}
