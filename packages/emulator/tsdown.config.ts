import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    main: 'src/command/main.ts',
    'global-setup': 'src/global-setup.ts',
  },
  format: ['esm'],
  platform: 'node',
  target: 'node22',
  hash: false,
  dts: { sourcemap: true },
  sourcemap: true,
  outExtensions: ({ format }) =>
    format === 'cjs' ? { js: '.cjs', dts: '.d.cts' } : { js: '.mjs', dts: '.d.mts' },
})
