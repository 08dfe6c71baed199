import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type UserConfig } from 'tsdown'

/** How each package is built, but for what `own` says. Source maps hold their sources; declarations have none. */
export function packageBuild(own: UserConfig): UserConfig {
  return defineConfig({
    entry: 'src/index.ts',
    format: ['esm', 'cjs'],
    platform: 'neutral',
    target: 'es2023',
    hash: false,
    dts: true,
    sourcemap: true,
    outExtensions: ({ format }) =>
      format === 'cjs' ? { js: '.cjs', dts: '.d.cts' } : { js: '.mjs', dts: '.d.mts' },
    hooks: { 'build:done': ({ options }) => withoutMapOfDeclarations(options.outDir) },
    ...own,
  })
}

/** A map of declarations leads to sources that are not published, and the bundler names one though it writes none. */
function withoutMapOfDeclarations(folder: string): void {
  for (const file of globSync('*.d.{cts,mts}', { cwd: folder })) {
    const path = join(folder, file)
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n'),
    )
  }
}
