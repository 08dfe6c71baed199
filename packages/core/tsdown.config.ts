import { defineConfig, type UserConfig } from 'tsdown'

// Few files, because each costs time to import; but what bundles shall be able to leave out, or to load on first use,
// is not in one file with what every application needs.
const apart =
  /src\/(index|adapter|api\/(explain-answer|portal-answers)|authority\/(aadsts|token-failure)|exchange\/claims-challenge|store\/(?!through-store)[\w-]+|credential\/(claims|msal-request|unsent|managed-identity|workload-identity|client-certificate|client-assertion|token-credential|endpoint-of|proof\/(certificate|assertion|signed-assertion)))\.ts$/

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
      // In CommonJS by require(): where scripts have no import(), as in Jest, MSAL can be loaded too.
      dynamicImportInCjs: false,
      codeSplitting: {
        groups: [
          { name: 'core', test: id => id.includes('/core/src/') && !apart.test(id), priority: 2 },
          { name: 'managed-identity', test: /credential\/managed-identity\.ts$/, priority: 1 },
          { name: 'certificate', test: /proof\/(certificate|signed-assertion)\.ts$/, priority: 1 },
          { name: 'assertion', test: /proof\/assertion\.ts$/, priority: 1 },
          {
            name: 'more',
            test: /credential\/(workload-identity|client-certificate|client-assertion|token-credential|endpoint-of)\.ts$|explain-answer|portal-answers|store\/(encrypted|file-store|file-lock)/,
          },
        ],
      },
    },
  },
  // By themselves: declarations are lost in files that the groups above make.
  {
    ...common,
    dts: { emitDtsOnly: true, sourcemap: true },
    clean: false,
    inputOptions: { checks: { ineffectiveDynamicImport: false } },
  },
])
