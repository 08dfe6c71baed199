import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { packages } from '../../tools/packages.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const here = fileURLToPath(new URL('.', import.meta.url))

/** Below it lies everything that a run makes; it is removed at the end. */
export const folder = mkdtempSync(join(tmpdir(), 'tools-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Runs a program to its end and resolves with what it printed. Rejects with all of that where it fails. */
export async function run(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string | undefined>> },
): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(file, args, {
    ...options,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    timeout: 180_000,
    maxBuffer: 64 * 1024 * 1024,
  }).catch(error => {
    throw new Error(`${error.stdout}${error.stderr}`.trim() || error.message)
  })
  return stdout + stderr
}

/** The packed packages by their names without the scope, each the absolute path of a tarball. */
export async function packed(): Promise<Readonly<Record<string, string>>> {
  const at = join(folder, 'packed')
  mkdirSync(at)
  const folders = packages.map(({ folder }) => folder)
  await run('npm', ['pack', '--silent', '--pack-destination', at, ...folders], { cwd: root })
  const files = readdirSync(at)
  return Object.fromEntries(
    packages.map(({ name }) => [
      name,
      join(at, files.find(file => file.startsWith(`cloud-partner-auth-${name}-`)) ?? ''),
    ]),
  )
}

/** An application of its own outside the repository, in which npm has installed these. */
export async function app(
  name: string,
  installed: readonly string[],
  ...flags: readonly string[]
): Promise<string> {
  const at = join(folder, name)
  mkdirSync(at)
  writeFileSync(join(at, 'package.json'), JSON.stringify({ name: 'app', private: true }))
  const quiet = ['--silent', '--prefer-offline', '--no-audit', '--no-fund']
  await run('npm', ['install', ...quiet, ...flags, ...installed], { cwd: at })
  return at
}

/** The node_modules of one of the folders beside this file, which have locks of their own. */
export async function tools(
  name: 'typescripts' | 'toolchains' | '../matrix/nodes',
): Promise<string> {
  const at = join(here, name)
  if (!existsSync(join(at, 'node_modules')))
    await run('npm', ['ci', '--loglevel=error'], { cwd: at })
  return join(at, 'node_modules')
}

export const programs: string = join(here, 'programs')
