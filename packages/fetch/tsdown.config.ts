import { packageBuild } from '../../tools/package-build.ts'

export default packageBuild({ entry: ['src/index.ts', 'src/adapter.ts'] })
