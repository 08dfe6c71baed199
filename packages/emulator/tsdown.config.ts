import { packageBuild } from '../../tools/package-build.ts'

export default packageBuild({
  entry: {
    index: 'src/index.ts',
    main: 'src/command/main.ts',
    'global-setup': 'src/global-setup.ts',
  },
  format: ['esm'],
  platform: 'node',
  target: 'node22',
})
