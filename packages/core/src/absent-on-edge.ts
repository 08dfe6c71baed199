import type { Msal } from './load-msal.ts'

/**
 * Stands for `load-msal.ts` in bundles for edge runtimes and browsers, where MSAL does not run: the condition `workerd`,
 * `edge-light`, `worker` or `browser` of `#msal` in package.json leads here.
 */
export async function loadMsal(): Promise<Msal> {
  throw new TypeError(
    '@azure/msal-node is not part of this bundle, which was made for an edge runtime or a browser. ' +
      "There, use tokenEndpoint(), or endpoint: 'v1'. If it runs on Node, or in jsdom in a test, bundle or resolve it with " +
      'the condition "node" in place of "browser" (Jest: testEnvironmentOptions.customExportConditions).',
  )
}
