import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { programs, run } from './app.ts'
import type { Trial } from './trial.ts'

const modules = ['ky', 'emulator']
const scripts = ['axios', 'core', 'fetch', 'got', 'redis', 'undici']
const globalSetup = '@cloud-partner-auth/emulator/global-setup'

/** Each package loaded in a test, a token of the emulator that the shipped set-up starts, and axios mocked by hand. */
export function testRunners(app: string, toolchains: string): readonly Trial[] {
  const at = join(app, 'tests')
  mkdirSync(at)
  cpSync(join(programs, 'tests'), at, { recursive: true })
  const node = (args: readonly string[]) => run(process.execPath, args, { cwd: at })

  const jest = (
    version: string,
    file: string,
    packages: readonly string[],
    ...flags: readonly string[]
  ) => {
    const testMatch = [`**/${file}`]
    const config = {
      rootDir: at,
      globalSetup,
      testMatch,
      transform: {},
      globals: { PACKAGES: packages },
    }
    return node([
      ...flags,
      join(toolchains, `jest-${version}/bin/jest.js`),
      '--config',
      JSON.stringify(config),
    ])
  }
  const needsModules = '--experimental-vm-modules'
  const jests = ['29', '30'].flatMap(version => [
    trial(`Jest ${version}, CommonJS`, async () => {
      await jest(version, '{required,mocked}.test.js', scripts)
      return 'without ky and the emulator, which are modules; globalSetup has the emulator'
    }),
    trial(`Jest ${version}, ESM`, async () => {
      await jest(version, 'imported.test.mjs', [...scripts, ...modules], needsModules)
      return undefined
    }),
  ])
  return [
    ...jests,
    trial('Jest 30, CommonJS on Node 24 with --experimental-vm-modules', async () => {
      await jest('30', '{required,mocked}.test.js', [...scripts, ...modules], needsModules)
      return 'ky and the emulator too'
    }),
    trial('Vitest 5', async () => {
      const config = {
        test: { globals: true, globalSetup, include: ['imported.test.mjs'] },
        define: { PACKAGES: JSON.stringify([...scripts, ...modules]) },
      }
      writeFileSync(join(at, 'vitest.config.mjs'), `export default ${JSON.stringify(config)}`)
      await node([join(toolchains, 'vitest/vitest.mjs'), 'run'])
      return undefined
    }),
    trial('node:test', async () => {
      await node(['--test', 'node.mjs'])
      return undefined
    }),
  ]
}

function trial(name: string, run: Trial['run']): Trial {
  return { group: 'Test runners', name, run }
}
