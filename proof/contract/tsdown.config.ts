import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/index.ts', 'src/fetch-client.ts'],
  format: ['esm'],
  platform: 'node',
  target: 'es2023',
  dts: { sourcemap: true },
  sourcemap: true,
  outExtensions: ({ format }) =>
    format === 'cjs' ? { js: '.cjs', dts: '.d.cts' } : { js: '.mjs', dts: '.d.mts' },
})
