import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { scriptedAuthority } from './fixtures/scripted-authority.ts'

const script = fileURLToPath(new URL('fixtures/loaded-modules.mjs', import.meta.url))
const body = { token_type: 'Bearer', expires_in: 3599, access_token: 'eyJ' }
const dist = new URL('../dist/', import.meta.url).href
const built = readdirSync(new URL(dist))

describe.each(['import', 'require'])('core, taken in by %s', how => {
  it('loads nothing but its own files before a token is first acquired', async () => {
    const { before } = await loadedBy(how, 'clientSecret')
    expect(before.length).toBeGreaterThan(0)
    expect(before.filter(url => !url.startsWith(dist) && !url.startsWith('node:'))).toEqual([])
  })

  it('loads the explanations of AADSTS codes for none that a token comes of', async () => {
    const { before, after } = await loadedBy(how, 'tokenEndpoint')
    const table = `${dist}aadsts.${how === 'import' ? 'mjs' : 'cjs'}`
    expect(built).toContain(table.slice(dist.length))
    expect([...before, ...after]).not.toContain(table)
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

describe.each(['mjs', 'cjs'])('the package', extension => {
  it(`holds no .${extension} file that nothing loads`, () => {
    // The imports of package.json lead to the last two.
    const reached = new Set(
      ['index', 'adapter', 'load-msal', 'absent-on-edge'].map(name => `${name}.${extension}`),
    )
    for (const file of reached) {
      const code = readFileSync(new URL(file, dist), 'utf8')
      for (const [, other = ''] of code.matchAll(/["'`]\.\/([\w.-]+\.[cm]js)["'`]/g))
        reached.add(other)
    }
    expect(built.filter(file => file.endsWith(`.${extension}`)).sort()).toEqual([...reached].sort())
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
