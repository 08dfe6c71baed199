import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Package, packages, packagesIn } from '../packages.ts'

const run = promisify(execFile)
const root = new URL('../../', import.meta.url).pathname
const examples = packagesIn('examples')

/** Our packages that one depends on, directly or not. */
function needs({ manifest }: Package): readonly Package[] {
  const own = packages.filter(each => each.manifest.name in (manifest.dependencies ?? {}))
  return [...new Set(own.flatMap(each => [each, ...needs(each)]))]
}

let folder: string
let tarballs: string[]
let emulator: Awaited<ReturnType<typeof startEmulator>>
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'examples-'))
  const packages = [...new Set(examples.flatMap(needs))].map(({ folder }) => folder)
  await run('npm', ['pack', '--silent', '--pack-destination', folder, ...packages], { cwd: root })
  tarballs = readdirSync(folder)
  emulator = await startEmulator()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await emulator.close()
})

describe.each(examples)('the $name example', example => {
  const { name } = example
  it('is one file of less than 40 lines', () => {
    const files = readdirSync(join(root, 'examples', name)).filter(file => file.endsWith('.js'))
    expect(files).toEqual(['main.js'])
    expect(
      readFileSync(join(root, 'examples', name, 'main.js'), 'utf8').split('\n').length,
    ).toBeLessThan(40)
  })

  it('runs when copied out and installed from the packed packages', async () => {
    const app = join(folder, name)
    cpSync(join(root, 'examples', name), app, {
      recursive: true,
      filter: path => !path.includes('node_modules') && !path.endsWith('.turbo'),
    })
    const packed = needs(example).map(need =>
      join(
        folder,
        tarballs.find(tarball => tarball.startsWith(`cloud-partner-auth-${need.name}-`)) as string,
      ),
    )
    await run('npm', ['install', '--silent', '--prefer-offline', ...packed], { cwd: app })
    const { stdout } = await run('npm', ['start', '--silent'], {
      cwd: app,
      env: { ...process.env, ...emulator.env },
    })
    expect(stdout).toContain('microsoft-azure-virtualmachines')
    expect(emulator.requests.at(-1)).toMatchObject({
      status: 200,
      apiVersion: '2016-08-01-preview',
    })
  })
})
