import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/index.ts', 'src/adapter.ts', 'src/absent-on-edge.ts'],
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2023',
  deps: { neverBundle: ['#msal', '#https-proxy-agent'] },
  hash: false,
  dts: { sourcemap: true },
  sourcemap: true,
  // Where scripts have no import(), as in Jest, MSAL can be loaded too.
  outputOptions: { dynamicImportInCjs: false },
  outExtensions: ({ format }) =>
    format === 'cjs' ? { js: '.cjs', dts: '.d.cts' } : { js: '.mjs', dts: '.d.mts' },
})
