import { defineConfig, type UserConfig } from 'tsdown'

// Few files, because each costs time to import: `core` with all that is loaded at once, but for what some do not import
// (`credentials`) and what is loaded later too (`shared`). Each `import()` makes another, with all that only it needs.
const shared = /src\/(cloud-partner-auth-error|token\/access-token)\.ts$/
const credentials =
  /src\/credential\/(managed-identity|workload-identity|client-certificate|client-assertion|endpoint-of|proof\/(certificate|assertion|signed-assertion))\.ts$/

interface Modules {
  getModuleInfo(id: string): { isEntry: boolean; importers: string[] } | null
}

function fileOf(id: string, modules: Modules): string | null {
  if (modules.getModuleInfo(id)?.isEntry || !isLoadedAtOnce(id, modules)) return null
  return credentials.test(id) ? 'credentials' : 'core'
}

function isLoadedAtOnce(id: string, modules: Modules, seen = new Set<string>()): boolean {
  const info = modules.getModuleInfo(id)
  if (!info || seen.has(id)) return false
  seen.add(id)
  return info.isEntry || info.importers.some(by => isLoadedAtOnce(by, modules, seen))
}

const common = {
  entry: ['src/index.ts', 'src/adapter.ts'],
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2023',
  hash: false,
  outExtensions: ({ format }) =>
    format === 'cjs' ? { js: '.cjs', dts: '.d.cts' } : { js: '.mjs', dts: '.d.mts' },
} satisfies UserConfig

export default defineConfig([
  {
    ...common,
    sourcemap: true,
    dts: false,
    outputOptions: {
      comments: { jsdoc: false }, // they are in the declarations
      // In CommonJS by require(): where scripts have no import(), as in Jest, MSAL can be loaded too.
      dynamicImportInCjs: false,
      codeSplitting: {
        groups: [
          { name: 'shared', test: shared, priority: 1 },
          { name: fileOf, debugName: 'loaded at once' },
        ],
      },
    },
  },
  // By themselves: declarations are lost in files that the groups above make. As ESM, both: for CommonJS this pass
  // would write code too, over that of the first.
  ...['.d.mts', '.d.cts'].map(
    dts =>
      ({
        ...common,
        format: 'esm',
        outExtensions: () => ({ js: '.mjs', dts }),
        dts: { emitDtsOnly: true, sourcemap: true },
        clean: false,
        inputOptions: { checks: { ineffectiveDynamicImport: false } },
      }) satisfies UserConfig,
  ),
])
