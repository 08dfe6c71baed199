/**
 * Stands for the packages that do not run on edge runtimes and in browsers, in bundles for those: the condition `workerd`,
 * `edge-light`, `worker` or `browser` of `#msal` and `#https-proxy-agent` in package.json leads here.
 */
export class ConfidentialClientApplication {
  constructor() {
    throw new TypeError(
      '@azure/msal-node is not part of this bundle, which was made for an edge runtime or a browser. ' +
        "There, use tokenEndpoint(), or endpoint: 'v1'. If it runs on Node, or in jsdom in a test, bundle or resolve it with " +
        'the condition "node" in place of "browser" (Jest: testEnvironmentOptions.customExportConditions).',
    )
  }
}

export class HttpsProxyAgent {
  constructor() {
    throw new TypeError(
      'HTTPS_PROXY or ALL_PROXY is set, but this bundle was made for an edge runtime or a browser, and nothing in it can use a proxy. ' +
        'Unset it, pass a fetch, or bundle for Node (condition "node").',
    )
  }
}
