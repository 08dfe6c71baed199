import { packageBuild } from '../../tools/package-build.ts'

export default packageBuild({
  entry: ['src/index.ts', 'src/fetch-client.ts'],
  format: ['esm'],
  platform: 'node',
})
