import { packageBuild } from '../../tools/package-build.ts'

export default packageBuild({
  entry: ['src/index.ts', 'src/adapter.ts', 'src/load-msal.ts', 'src/absent-on-edge.ts'],
  deps: { neverBundle: ['#msal'] },
  // Where scripts have no import(), as in Jest, MSAL can be loaded too.
  outputOptions: { dynamicImportInCjs: false },
})
