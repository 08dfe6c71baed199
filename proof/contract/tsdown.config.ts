import { packageBuild } from '../../tools/package-build.ts'

export default packageBuild({
  entry: ['src/index.ts', 'src/fetch-client.ts'],
  format: ['esm'],
  platform: 'node',
  hash: true, // else a chunk takes the name of an entry
})
