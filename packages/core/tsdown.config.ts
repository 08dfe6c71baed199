import { defineConfig, type UserConfig } from 'tsdown'

// Few files, because each costs time to import; but what bundles shall be able to leave out, or to load on first use,
// is not in one file with what every application needs.
const apart =
  /src\/(index|adapter|authority\/(aadsts|token-failure)|exchange\/claims-challenge|store\/(shared-acquisition|bounded-store|store-entry|store-key|token-store)|credential\/(claims|msal-request|unsent))\.ts$/
// Only these are loaded by others than those who import them: by `environment()`, for what it finds.
const credentials =
  /credential\/(managed-identity|workload-identity|client-certificate|client-assertion|endpoint-of|proof\/(certificate|assertion|signed-assertion))\.ts$/

const common = {
  entry: ['src/index.ts', 'src/adapter.ts'],
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2023',
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
          { name: 'credentials', test: credentials, priority: 1 },
          {
            name: 'core',
            test: id => id.includes('/core/src/') && !apart.test(id) && !credentials.test(id),
            priority: 2, // first: a group takes along what its modules import
          },
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
