import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { programs, run } from './app.ts'
import type { Trial } from './trial.ts'

interface Setting {
  readonly resolution: string
  readonly module: string
  readonly extension: 'ts' | 'mts' | 'cts'
  /** Programs whose package or client has ESM alone, which this setting cannot import: why. */
  readonly without?: string
}

const moduleOnly = ['emulator', 'got', 'ky']

/** How one TypeScript may be told to find modules. */
function settings(version: string): readonly Setting[] {
  const nodenext = { resolution: 'nodenext', module: 'nodenext' } as const
  const node16 = { resolution: 'node16', module: 'node16' } as const
  const noRequire =
    'without got 16, ky and the emulator, which are modules that it lets no script import'
  return [
    { ...nodenext, extension: 'mts' },
    { ...nodenext, extension: 'cts', ...(version === '5.4' && { without: noRequire }) },
    { ...node16, extension: 'mts' },
    { ...node16, extension: 'cts', without: noRequire },
    { resolution: 'bundler', module: 'esnext', extension: 'ts' },
    ...(version === '7'
      ? []
      : [{ resolution: 'node10', module: 'commonjs', extension: 'ts' } as const]),
  ]
}

/** The programs of `programs/types` in an application that has our packages, compiled strictly. */
export function types(
  app: string,
  typescripts: string,
  versions: readonly string[],
): readonly Trial[] {
  return versions.flatMap(version =>
    settings(version).map(setting => ({
      group: 'TypeScript',
      name: `${version}, ${setting.resolution}${{ ts: '', mts: ', ESM', cts: ', CommonJS' }[setting.extension]}`,
      async run() {
        await compiled(app, join(typescripts, `typescript-${version}/bin/tsc`), version, setting)
        return setting.without
      },
    })),
  )
}

async function compiled(
  app: string,
  tsc: string,
  version: string,
  setting: Setting,
): Promise<void> {
  const { resolution, module, extension, without } = setting
  const at = join(app, 'types')
  rmSync(at, { recursive: true, force: true })
  mkdirSync(at)
  for (const file of readdirSync(join(programs, 'types'))) {
    const name = file.replace('.ts', '')
    if (without && moduleOnly.includes(name)) continue
    // got 16 cannot be found under node10, but got 11, which is a script, can.
    if (resolution === 'node10' ? name === 'got' : name === 'got-11') continue
    cpSync(join(programs, 'types', file), join(at, `${name}.${extension}`))
  }
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: 'es2022',
    module,
    moduleResolution: resolution,
    esModuleInterop: true,
    skipLibCheck: true,
    types: ['node'],
    ...(version === '6' && resolution === 'node10' && { ignoreDeprecations: '6.0' }),
  }
  writeFileSync(
    join(at, 'package.json'),
    JSON.stringify({ type: extension === 'ts' && resolution === 'node10' ? 'commonjs' : 'module' }),
  )
  writeFileSync(join(at, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  await run(process.execPath, [tsc, '-p', at], { cwd: at })
}
